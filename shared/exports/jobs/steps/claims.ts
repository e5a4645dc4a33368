/** Who may begin to work on what: the claims of the export protocol, as pure functions. */
import { type ExportJob, hasEnded, type Leased, type Segment } from '../job.ts';
import { FIRST_RETRY_MS, LEASE_MS, MAX_CLAIMS } from '../timings.ts';
import { LOST, type Lost, ringAnew, type Step } from './step.ts';

/** Who claims, and when. @see Leased */
type Claimant = { worker: string; nowMs: number };

/**
 * `held`: another worker has it until its lease ends, or it must not run yet. `finished`: nothing is left to do.
 * `stalled`: it has been claimed too often without progress; the job is to be failed.
 */
export type Claim<R> = { outcome: 'claimed'; record: R } | { outcome: 'held' | 'finished' | 'stalled' };

function claim<R extends Leased>(record: R, { worker, nowMs }: Claimant): Claim<R> {
  if (record.leaseUntilMs > nowMs) return { outcome: 'held' };
  if (record.claims >= MAX_CLAIMS) return { outcome: 'stalled' };
  const lease = {
    fence: record.fence + 1,
    claims: record.claims + 1,
    leaseUntilMs: nowMs + LEASE_MS,
    worker,
  };
  return { outcome: 'claimed', record: { ...record, ...lease, dueAtMs: nowMs + LEASE_MS, rings: 0 } };
}

/** Takes a queued job, or one whose planner went away, to plan it. */
export function claimPlan(job: ExportJob, claimant: Claimant): Claim<ExportJob> {
  if (hasEnded(job) || (job.stage !== null && job.stage !== 'plan')) return { outcome: 'finished' };
  if (!job.admitted) return { outcome: 'held' };
  const started = {
    state: 'processing',
    stage: 'plan',
    startedAtMs: job.startedAtMs ?? claimant.nowMs,
  } as const;
  return claim({ ...job, ...started }, claimant);
}

/** Takes a job whose segments are all done, to make its file. */
export function claimAssembly(job: ExportJob, claimant: Claimant): Claim<ExportJob> {
  if (hasEnded(job)) return { outcome: 'finished' };
  return job.stage === 'assemble' ? claim(job, claimant) : { outcome: 'held' };
}

export function claimSegment(job: ExportJob, segment: Segment, claimant: Claimant): Claim<Segment> {
  if (hasEnded(job) || segment.state === 'done' || job.stage === 'assemble') return { outcome: 'finished' };
  if (job.stage !== 'segments' || segment.n >= job.segmentsRung) return { outcome: 'held' };
  return claim(segment, claimant);
}

/**
 * Gives a step back after an accident, unchanged: the sweeper rings for it, the later the more often that happened,
 * so that a dependency may be away for a while.
 */
export function giveBack<R extends ExportJob | Segment>(record: R, fence: number, nowMs: number): R | Lost {
  if (record.fence !== fence || record.leaseUntilMs <= nowMs) return LOST;
  return { ...record, leaseUntilMs: nowMs, dueAtMs: nowMs + FIRST_RETRY_MS * 2 ** (record.claims - 1) };
}

/**
 * Takes the lease from a worker that is known to be gone, and rings at once for whoever goes on. Somebody who is wrong
 * about that costs time but nothing else: the next claim raises the fence.
 */
export const releaseLease = (record: ExportJob | Segment, fence: number, nowMs: number): Step | Lost =>
  record.fence !== fence || record.leaseUntilMs <= nowMs
    ? LOST
    : { records: [{ ...record, leaseUntilMs: nowMs, dueAtMs: nowMs, rings: 0 }], rings: [ringAnew(record)] };
