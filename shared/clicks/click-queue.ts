import type { Click } from './click.ts';

/** Takes a click for good: once `send` has returned, the click will be recorded, at least once delivered. */
export type ClickQueue = { send(click: Click): Promise<void> };
