import type { RecordedClick } from '../click.ts';

/** How a click is written, once its time of recording is stamped. */
export type RecordOptions = {
  /** When it may be deleted, in seconds since the epoch. */
  ttlSeconds: number;
  /** The attempt is given up after this, or when the signal is aborted; it may still take effect. */
  abortMs: number;
  signal?: AbortSignal | undefined;
};

/** Recorded clicks of workspaces. */
export type ClickStore = {
  /**
   * Makes a day (yyyymmdd) known; before the first click or late entry of that day is written.
   * @param keptUntilSeconds  until when all clicks of that day are surely kept; of several the earliest stays
   */
  openDay(workspaceId: string, day: string, keptUntilSeconds: number): Promise<void>;
  /**
   * Writes a click unless it is there: one put when it is on time, one transaction with its late entry when it is
   * late. Tried once; any failure leaves open whether it took effect.
   */
  record(click: RecordedClick, options: RecordOptions): Promise<'recorded' | 'already_there'>;
  /** Strongly consistent. */
  find(workspaceId: string, clickId: string): Promise<RecordedClick | undefined>;
};
