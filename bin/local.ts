/** `npm start`: Slugline on this machine, its data kept between starts. */
import { run } from './local/run.ts';

await run(process.env);
