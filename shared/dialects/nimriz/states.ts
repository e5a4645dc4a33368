import type { JobWords } from '../dialect.ts';

/** The words of the core itself. */
export const nimrizStates = {
  queued: 'queued',
  processing: 'processing',
  ready: 'ready',
  failed: 'failed',
  canceled: 'canceled',
  expired: 'expired',
} as const satisfies JobWords;
