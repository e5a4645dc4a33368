import { type ExportFile, type ExportJob, hasEnded, type JobFailure, type Segment } from '../job.ts';
import { CLEAN_AFTER_MS, FILE_MS, MAX_CLAIMS } from '../timings.ts';
import { admitWaiters, type Places, stepOf, without } from './admission.ts';
import { holdsJob, holdsSegment } from './holds.ts';
import { LOST, type Lost, type Step } from './step.ts';

function end(job: ExportJob, { slots, waiters }: Places, outcome: Partial<ExportJob>, nowMs: number): Step {
  const ended: ExportJob = {
    ...job,
    ...outcome,
    stage: null,
    finishedAtMs: nowMs,
    leaseUntilMs: nowMs,
    unclean: true,
    dueAtMs: nowMs + CLEAN_AFTER_MS,
    rings: 0,
  };
  const left = {
    ...slots,
    running: without(slots.running, job.jobId),
    waiting: without(slots.waiting, job.jobId),
  };
  return stepOf(admitWaiters(left, waiters, nowMs), [ended]);
}

/** What became of a job whose files are made; `failure` of one that made nothing but files that tell why. */
export type Made = { files: readonly ExportFile[]; failure: JobFailure | null };

/** The files are there. They become visible with this step and not before. */
export function finish(
  job: ExportJob,
  fence: number,
  { files, failure }: Made,
  places: Places,
  nowMs: number,
): Step | Lost {
  if (!holdsJob(job, fence, 'assemble')) return LOST;
  const state = failure === null ? 'ready' : 'failed';
  const expiresAtMs = files.length > 0 ? nowMs + FILE_MS : null;
  return end(job, places, { state, failure, files, expiresAtMs }, nowMs);
}

/** Who says that a job failed: the holder of the job's fence, or of one of its segments. */
export type Holder = { fence: number; segment?: Segment };

/** Ends a job that cannot succeed; only who still holds it may say so. */
export function fail(
  job: ExportJob,
  { fence, segment }: Holder,
  failure: JobFailure,
  places: Places,
  nowMs: number,
): Step | Lost {
  const holds = segment ? holdsSegment(job, segment, fence) : holdsJob(job, fence, job.stage);
  return holds ? end(job, places, { state: 'failed', failure }, nowMs) : LOST;
}

/** Ends a job of which a step was claimed again and again without progress. @param stuck  that job or segment */
export function failStalled(
  job: ExportJob,
  stuck: ExportJob | Segment,
  failure: JobFailure,
  places: Places,
  nowMs: number,
): Step | Lost {
  const open = stuck.record === 'job' ? !hasEnded(stuck) : stuck.state === 'open';
  const given = stuck.claims >= MAX_CLAIMS && stuck.leaseUntilMs <= nowMs;
  return !hasEnded(job) && open && given ? end(job, places, { state: 'failed', failure }, nowMs) : LOST;
}

export function cancel(job: ExportJob, places: Places, nowMs: number): Step | Lost {
  if (hasEnded(job)) return LOST;
  return end(job, places, { state: 'canceled' }, nowMs);
}
