import type { ExportJob, JobRecord, Segment } from '../job.ts';
import type { JobMessage } from '../job-queue.ts';
import { LEASE_MS, RING_AGAIN_MS } from '../timings.ts';

/** Records to write in one transaction and messages to send once it is written. */
export type Step = { records: JobRecord[]; rings: JobMessage[] };

/** The caller has been overtaken: another worker holds the fence, or the job has ended. */
export const LOST = 'lost';
export type Lost = typeof LOST;

export const ringFor = (
  job: Pick<ExportJob, 'workspaceId' | 'jobId'>,
  step: JobMessage['step'],
): JobMessage => ({
  workspaceId: job.workspaceId,
  jobId: job.jobId,
  step,
});

export const ringForSegment = ({ workspaceId, jobId, n }: Segment): JobMessage => ({
  workspaceId,
  jobId,
  step: 'segment',
  segment: n,
});

/** The ring for whoever takes up what a record waits for. */
export const ringAnew = (record: ExportJob | Segment): JobMessage =>
  record.record === 'segment'
    ? ringForSegment(record)
    : ringFor(record, record.stage === 'assemble' ? 'assemble' : 'plan');

export const dueSoon = (nowMs: number) => ({ dueAtMs: nowMs + RING_AGAIN_MS, rings: 0 });
export const NEVER_DUE = { dueAtMs: null, rings: 0 };
export const released = (nowMs: number) => ({ leaseUntilMs: nowMs, ...dueSoon(nowMs) });

/** A sign of life: the lease begins anew, or ends here for the next slice. */
export const renewed = (handOn: boolean, nowMs: number) =>
  handOn ? released(nowMs) : { leaseUntilMs: nowMs + LEASE_MS, dueAtMs: nowMs + LEASE_MS, rings: 0 };
