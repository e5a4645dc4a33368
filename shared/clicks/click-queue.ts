import type { Click } from './click.ts';

/** Takes clicks for good. */
export type ClickQueue = {
  /**
   * Once it has returned, the click will be delivered, at least once.
   * @param signal  gives up; the click may be taken all the same
   */
  send(click: Click, signal?: AbortSignal): Promise<void>;
};
