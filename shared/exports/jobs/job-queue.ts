import type { Stage } from './job.ts';

/** Rings for one step of a job. `segments` of the stages is `segment` here, with its number. */
export type JobMessage = {
  workspaceId: string;
  jobId: string;
  step: Exclude<Stage, 'segments'> | 'segment';
  segment?: number;
};

/** The doorbell of the export workers. It may ring twice, late or never: the jobs themselves know what is due. */
export type JobQueue = { send(message: JobMessage): Promise<void> };
