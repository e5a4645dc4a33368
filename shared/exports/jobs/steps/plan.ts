import type { Choosing, ExportJob, FrozenLinks, Segment, SegmentRange } from '../job.ts';
import { SEGMENTS_OUT } from '../timings.ts';
import { holdsJob } from './holds.ts';
import { dueSoon, LOST, type Lost, NEVER_DUE, renewed, ringFor, ringForSegment, type Step } from './step.ts';

/** A job as it is cut: what each of its files covers, which links it is about, how many rows there will be. */
export type Plan = {
  files: readonly (readonly SegmentRange[])[];
  frozenLinks: FrozenLinks;
  rowsTotal: number | null;
};

/** Records how far the choosing of links is and renews the lease, or hands on. */
export function choosingCheckpoint(
  job: ExportJob,
  fence: number,
  { choosing, handOn, nowMs }: { choosing: Choosing; handOn: boolean; nowMs: number },
): Step | Lost {
  if (!holdsJob(job, fence, 'plan')) return LOST;
  const moved = choosing.cursor !== job.choosing?.cursor;
  const next = { ...job, choosing, ...renewed(handOn, nowMs), claims: moved ? 0 : job.claims };
  return { records: [next], rings: handOn ? [ringFor(job, 'plan')] : [] };
}

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

/** A segment of which nothing is written. */
export const NOTHING_WRITTEN = {
  cursor: null,
  exhausted: false,
  upload: null,
  tail: null,
  index: null,
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
  const segments = plan.files.reduce((sum, { length }) => sum + length, 0);
  const next: ExportJob = {
    ...job,
    choosing: null,
    frozenLinks: plan.frozenLinks,
    rowsTotal: plan.rowsTotal,
    segments,
    layout: plan.files.map(({ length }) => length),
    segmentsLeft: segments,
    segmentsRung: rung.length,
    leaseUntilMs: nowMs,
    claims: 0,
    // Without a segment there is nothing to read, only files to open and close.
    ...(segments === 0 ? { stage: 'assemble', ...dueSoon(nowMs) } : { stage: 'segments', ...NEVER_DUE }),
  };
  const rings = segments === 0 ? [ringFor(job, 'assemble')] : rung.map(ringForSegment);
  return { records: [next, ...rung], rings };
}
