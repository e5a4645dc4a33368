import type { ExportJob, FrozenLinks, Segment, SegmentRange } from '../job.ts';
import { SEGMENTS_OUT } from '../timings.ts';
import { holdsJob } from './holds.ts';
import { dueSoon, LOST, type Lost, NEVER_DUE, ringForSegment, type Step } from './step.ts';

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

/** A segment of which nothing is written. */
export const NOTHING_WRITTEN = {
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
