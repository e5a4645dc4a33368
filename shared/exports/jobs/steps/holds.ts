import type { ExportJob, Segment } from '../job.ts';

/** True for whoever holds the newest fence of a job that is at this stage. */
export const holdsJob = (job: ExportJob, fence: number, stage: ExportJob['stage']): boolean =>
  job.state === 'processing' && job.stage === stage && job.fence === fence;

/** True for whoever holds the newest fence of an open segment. */
export const holdsSegment = (job: ExportJob, segment: Segment, fence: number): boolean =>
  job.state === 'processing' &&
  job.stage === 'segments' &&
  segment.state === 'open' &&
  segment.fence === fence;
