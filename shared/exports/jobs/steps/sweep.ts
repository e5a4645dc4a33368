/** What the sweeper does, as pure functions: it rings, expires and lets go; it never fails a job. */
import { type ExportJob, hasEnded, type Segment } from '../job.ts';
import { keepsFiles } from '../outcomes.ts';
import { LONGEST_RING_MS, RING_AGAIN_MS, SPARE_MS } from '../timings.ts';
import { LOST, type Lost, NEVER_DUE, ringAnew, type Step } from './step.ts';

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

/** The leftovers of an ended job are gone; one with files is next looked at when their time has run out. */
export const cleaned = (job: ExportJob): Step => ({
  records: [{ ...job, unclean: false, dueAtMs: keepsFiles(job) ? job.expiresAtMs : null, rings: 0 }],
  rings: [],
});

/**
 * The time of a job's files has run out: from here on they cannot be downloaded. Their objects stay for a while, for the
 * link that was minted at the very end. A ready job is expired then; one that failed has failed, and has no files.
 */
export function expire(job: ExportJob, nowMs: number): Step | Lost {
  if (!keepsFiles(job) || job.expiresAtMs === null || job.expiresAtMs > nowMs) return LOST;
  const without = job.state === 'ready' ? ({ state: 'expired' } as const) : { files: [] };
  return {
    records: [{ ...job, ...without, unclean: true, dueAtMs: nowMs + SPARE_MS, rings: 0 }],
    rings: [],
  };
}
