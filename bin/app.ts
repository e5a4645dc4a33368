import { createApp } from '#lib/app.ts';
import { buildFunctions } from './build.ts';

// What is synthesized is what the sources say now, never yesterday's bundle.
await buildFunctions();
createApp().synth();
