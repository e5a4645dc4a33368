import type { FileStore } from '../files/file-store.ts';
import type { FormatRegistry } from '../files/format.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { Sizes } from '../jobs/timings.ts';
import type { KindRegistry, Sources } from './kind.ts';

export type ExportLog = Record<'info' | 'warn' | 'error', (message: string, details: object) => void>;

/** What writing jobs needs. */
export type JobTools = {
  jobs: JobStore;
  queue: JobQueue;
  /** ms since the epoch */
  now(): number;
  newId(): string;
  sleep(ms: number): Promise<void>;
  random(): number;
  log: ExportLog;
};

/** What reading rows and making files needs. */
export type ExportTools = JobTools & {
  /** What can be exported and how it is written; the engine itself knows none of either by name. */
  kinds: KindRegistry;
  formats: FormatRegistry;
  files: FileStore;
  sources: Sources;
  sizes: Sizes;
};

/** What a worker needs. */
export type WorkerTools = ExportTools & {
  /** Its name: whoever sees it die can give its steps to others. On Lambda, its log stream. */
  worker: string;
};
