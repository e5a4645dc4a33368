import type { JobWords } from '../dialect.ts';

/** Four words for six states: a canceled job has failed, and one whose file is no longer kept has been completed. */
export const ulinkStates = {
  queued: 'pending',
  processing: 'processing',
  ready: 'completed',
  failed: 'failed',
  canceled: 'failed',
  expired: 'completed',
} as const satisfies JobWords;
