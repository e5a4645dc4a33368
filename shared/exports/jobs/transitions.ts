/**
 * The export protocol as pure functions: what may follow what. Stores write the records that come out of here over
 * the versions that went in, all or none; workers, sweeper and routes only carry out.
 */
import { admitWaiters, type Places, stepOf, without } from './admission.ts';
import {
  type ExportFile,
  type ExportJob,
  type FrozenLinks,
  hasEnded,
  type JobFailure,
  type Segment,
  type SegmentRange,
  type Upload,
} from './job.ts';
import {
  dueSoon,
  LOST,
  type Lost,
  NEVER_DUE,
  released,
  ringAnew,
  ringFor,
  ringForSegment,
  type Step,
} from './step.ts';
import {
  CLEAN_AFTER_MS,
  FILE_MS,
  FIRST_RETRY_MS,
  LEASE_MS,
  LONGEST_RING_MS,
  MAX_CLAIMS,
  MAX_RESTARTS,
  RING_AGAIN_MS,
  SEGMENTS_OUT,
  SPARE_MS,
} from './timings.ts';

// ---- Who holds what ----

const holdsJob = (job: ExportJob, fence: number, stage: ExportJob['stage']): boolean =>
  job.state === 'processing' && job.stage === stage && job.fence === fence;

const holdsSegment = (job: ExportJob, segment: Segment, fence: number): boolean =>
  job.state === 'processing' &&
  job.stage === 'segments' &&
  segment.state === 'open' &&
  segment.fence === fence;

// ---- Plan ----

export type Plan = { ranges: readonly SegmentRange[]; frozenLinks: FrozenLinks; rowsTotal: number | null };

/** A segment as a plan makes it; `before` is what an earlier plan left in its place. */
export function newSegment(
  job: ExportJob,
  fence: number,
  n: number,
  range: SegmentRange,
  before?: Segment,
): Segment | Lost {
  if (before && before.planFence > fence) return LOST;
  return {
    record: 'segment',
    version: before?.version ?? 0,
    jobId: job.jobId,
    workspaceId: job.workspaceId,
    n,
    planFence: fence,
    range,
    state: 'open',
    fence: 0,
    leaseUntilMs: 0,
    worker: null,
    claims: 0,
    ...NEVER_DUE,
    ...NOTHING_WRITTEN,
    sha256: null,
    restarts: 0,
  };
}

const NOTHING_WRITTEN = {
  cursor: null,
  exhausted: false,
  upload: null,
  tail: null,
  rows: 0,
  skippedRows: 0,
  bytes: 0,
  crc32: 0,
} as const;

/** The plan is made: rings for the first segments. @param first  the stored segments 0 … SEGMENTS_OUT − 1 */
export function planned(
  job: ExportJob,
  fence: number,
  plan: Plan,
  first: readonly Segment[],
  nowMs: number,
): Step | Lost {
  if (!holdsJob(job, fence, 'plan')) return LOST;
  const rung = first.slice(0, SEGMENTS_OUT).map((segment) => ({ ...segment, ...dueSoon(nowMs) }));
  const next: ExportJob = {
    ...job,
    stage: 'segments',
    frozenLinks: plan.frozenLinks,
    rowsTotal: plan.rowsTotal,
    segments: plan.ranges.length,
    segmentsLeft: plan.ranges.length,
    segmentsRung: rung.length,
    leaseUntilMs: nowMs,
    claims: 0,
    ...NEVER_DUE,
  };
  return { records: [next, ...rung], rings: rung.map(ringForSegment) };
}

// ---- Segments ----

/** How far a segment is. */
export type Progress = Pick<
  Segment,
  'cursor' | 'exhausted' | 'upload' | 'tail' | 'rows' | 'skippedRows' | 'bytes' | 'crc32' | 'sha256'
>;

/** Records progress and renews the lease; `handOn` gives the segment back to the next slice instead. */
export function checkpoint(
  job: ExportJob,
  segment: Segment,
  fence: number,
  { progress, handOn, nowMs }: { progress: Progress; handOn: boolean; nowMs: number },
): Step | Lost {
  if (!holdsSegment(job, segment, fence)) return LOST;
  const moved = progress.cursor !== segment.cursor || progress.exhausted !== segment.exhausted;
  const lease = handOn
    ? released(nowMs)
    : { leaseUntilMs: nowMs + LEASE_MS, dueAtMs: nowMs + LEASE_MS, rings: 0 };
  const next = { ...segment, ...progress, ...lease, claims: moved ? 0 : segment.claims };
  return { records: [next], rings: handOn ? [ringForSegment(segment)] : [] };
}

/**
 * Gives a step back after an accident, unchanged: the sweeper rings for it, the later the more often that happened,
 * so that a dependency may be away for a while.
 */
export function giveBack<R extends ExportJob | Segment>(record: R, fence: number, nowMs: number): R | Lost {
  if (record.fence !== fence || record.leaseUntilMs <= nowMs) return LOST;
  return { ...record, leaseUntilMs: nowMs, dueAtMs: nowMs + FIRST_RETRY_MS * 2 ** (record.claims - 1) };
}

/** Begins a segment anew whose upload is lost or was overwritten. `undefined`: that has happened too often. */
export function restartSegment(
  job: ExportJob,
  segment: Segment,
  fence: number,
  nowMs: number,
): Step | Lost | undefined {
  if (!holdsSegment(job, segment, fence)) return LOST;
  if (segment.restarts >= MAX_RESTARTS) return undefined;
  const next = {
    ...segment,
    ...NOTHING_WRITTEN,
    sha256: null,
    restarts: segment.restarts + 1,
    ...released(nowMs),
  };
  return { records: [next], rings: [ringForSegment(segment)] };
}

/** The object of a segment is complete. @param next  the stored segment `job.segmentsRung`, if there is one */
export function segmentDone(
  job: ExportJob,
  segment: Segment,
  fence: number,
  next: Segment | undefined,
  nowMs: number,
): Step | Lost {
  if (!holdsSegment(job, segment, fence)) return LOST;
  const left = job.segmentsLeft - 1;
  const done: Segment = { ...segment, state: 'done', leaseUntilMs: nowMs, ...NEVER_DUE };
  const rung = next === undefined ? [] : [{ ...next, ...dueSoon(nowMs) }];
  const after: ExportJob = {
    ...job,
    rows: job.rows + segment.rows,
    skippedRows: job.skippedRows + segment.skippedRows,
    segmentsLeft: left,
    segmentsRung: job.segmentsRung + rung.length,
    ...(left === 0 ? { stage: 'assemble', leaseUntilMs: nowMs, claims: 0, ...dueSoon(nowMs) } : {}),
  };
  const rings = left === 0 ? [ringFor(job, 'assemble')] : rung.map(ringForSegment);
  return { records: [after, done, ...rung], rings };
}

// ---- Assembly ----

/** Records how far the joining is and renews the lease, or hands on. */
export function assemblyCheckpoint(
  job: ExportJob,
  fence: number,
  { assembly, handOn, nowMs }: { assembly: Upload; handOn: boolean; nowMs: number },
): Step | Lost {
  if (!holdsJob(job, fence, 'assemble')) return LOST;
  const moved = assembly.parts.length > (job.assembly?.parts.length ?? 0);
  const lease = handOn
    ? released(nowMs)
    : { leaseUntilMs: nowMs + LEASE_MS, dueAtMs: nowMs + LEASE_MS, rings: 0 };
  const next = { ...job, assembly, ...lease, claims: moved ? 0 : job.claims };
  return { records: [next], rings: handOn ? [ringFor(job, 'assemble')] : [] };
}

/** Begins the joining anew. `undefined`: that has happened too often. */
export function restartAssembly(job: ExportJob, fence: number, nowMs: number): Step | Lost | undefined {
  if (!holdsJob(job, fence, 'assemble')) return LOST;
  if (job.restarts >= MAX_RESTARTS) return undefined;
  const next = { ...job, assembly: null, restarts: job.restarts + 1, ...released(nowMs) };
  return { records: [next], rings: [ringFor(job, 'assemble')] };
}

// ---- Ends ----

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

/** The file is there. It becomes visible with this step and not before. */
export function ready(
  job: ExportJob,
  fence: number,
  files: readonly ExportFile[],
  places: Places,
  nowMs: number,
): Step | Lost {
  if (!holdsJob(job, fence, 'assemble')) return LOST;
  return end(job, places, { state: 'ready', files, expiresAtMs: nowMs + FILE_MS }, nowMs);
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

// ---- What the sweeper does ----

/** Rings again, with growing distance; it never fails what was never claimed. */
export function ringAgain<R extends ExportJob | Segment>(record: R, nowMs: number): Step {
  const distanceMs = Math.min(RING_AGAIN_MS * 2 ** record.rings, LONGEST_RING_MS);
  const next = { ...record, dueAtMs: nowMs + distanceMs, rings: record.rings + 1 };
  return { records: [next], rings: [ringAnew(record)] };
}

/** What needs no more looks: a segment of a job that has ended, for one. */
export const laidToRest = (record: ExportJob | Segment): Step => ({
  records: [{ ...record, ...NEVER_DUE }],
  rings: [],
});

/** True for a segment that only waits for a worker. */
export const isOpen = (job: ExportJob, segment: Segment): boolean =>
  !hasEnded(job) && segment.state === 'open' && segment.n < job.segmentsRung;

/** True for a job that itself, not its segments, waits for a worker. */
export const isWaiting = (job: ExportJob): boolean =>
  !hasEnded(job) && job.admitted && job.stage !== 'segments';

/** Makes the sweeper look at a step at once, unless somebody is at work on it. */
export const lookAtOnce = (record: ExportJob | Segment, nowMs: number): Step | Lost =>
  record.leaseUntilMs > nowMs
    ? LOST
    : { records: [{ ...record, dueAtMs: Math.min(record.dueAtMs ?? nowMs, nowMs) }], rings: [] };

/** The leftovers of an ended job are gone; a ready one is next looked at when it expires. */
export const cleaned = (job: ExportJob): Step => ({
  records: [{ ...job, unclean: false, dueAtMs: job.state === 'ready' ? job.expiresAtMs : null, rings: 0 }],
  rings: [],
});

/**
 * The time of a file has run out: from here on it cannot be downloaded. Its object stays for a while, for the link that
 * was minted at the very end.
 */
export function expire(job: ExportJob, nowMs: number): Step | Lost {
  if (job.state !== 'ready' || job.expiresAtMs === null || job.expiresAtMs > nowMs) return LOST;
  return {
    records: [{ ...job, state: 'expired', unclean: true, dueAtMs: nowMs + SPARE_MS, rings: 0 }],
    rings: [],
  };
}
