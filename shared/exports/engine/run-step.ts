import { Problem } from '#shared/problem.ts';
import type { ExportJob, JobFailure, Segment } from '../jobs/job.ts';
import type { JobMessage } from '../jobs/job-queue.ts';
import { type Claim, claimAssembly, claimPlan, claimSegment, giveBack } from '../jobs/steps/claims.ts';
import { fail, failStalled } from '../jobs/steps/end.ts';
import { LOST } from '../jobs/steps/step.ts';
import { assembleExport } from './assemble-export.ts';
import { carryOut, carryOutStep } from './carry-out.ts';
import type { WorkerTools } from './export-tools.ts';
import { placesOf } from './places.ts';
import { planExport } from './plan-export.ts';
import { runSegment } from './run-segment.ts';

/** What a message led to. All but an exception are the end of the message: the sweeper rings for what is left. */
export type StepOutcome = 'done' | 'handed on' | 'lost' | 'held' | 'finished' | 'failed';

type Taken = { job: ExportJob; segment?: Segment };

/**
 * Runs one step of a job, if it is there to be taken.
 *
 * A message whose step is held by another worker, or finished, is dropped. Keeping it would only count towards its
 * last delivery: the step stands in the due index until its lease ends, and then the sweeper rings anew.
 *
 * A Problem fails the job. Any other exception gives the step back, to be tried again, and is thrown on, so that the
 * message is kept and in the end reaches the dead letters, where somebody sees it.
 * @param untilMs  when a slice must have handed on at the latest
 */
export async function runStep(
  message: JobMessage,
  tools: WorkerTools,
  untilMs: number,
): Promise<StepOutcome> {
  const claimed = await claim(message, tools);
  if (claimed.outcome === 'stalled') return failBecauseStalled(claimed.taken, tools);
  if (claimed.outcome !== 'claimed') return claimed.outcome;
  const { job, segment } = claimed.taken;
  try {
    if (segment) return await runSegment(job, segment, tools, untilMs);
    return message.step === 'plan'
      ? await planExport(job, tools, untilMs)
      : await assembleExport(job, tools, untilMs);
  } catch (error) {
    if (error instanceof Problem && error.code !== 'unavailable')
      return failWith(error, claimed.taken, tools);
    await release(claimed.taken, tools);
    throw error;
  }
}

type Claimed = { outcome: 'claimed' | 'stalled'; taken: Taken } | { outcome: 'held' | 'finished' };

async function claim(
  { workspaceId, jobId, step, segment: n }: JobMessage,
  tools: WorkerTools,
): Promise<Claimed> {
  const { jobs, now, worker } = tools;
  return carryOut<Claimed>(tools, async () => {
    const [job, segment] = await Promise.all([
      jobs.findJob(workspaceId, jobId),
      step === 'segment' ? jobs.findSegment(jobId, n!) : undefined,
    ]);
    // A message outlives the record of its job only by mistake.
    if (!job || (step === 'segment' && !segment)) return { result: { outcome: 'finished' } };
    const claimant = { worker, nowMs: now() };
    if (segment) {
      return taken(claimSegment(job, segment, claimant), segment, (record) => ({ job, segment: record }));
    }
    const claimed = step === 'plan' ? claimPlan(job, claimant) : claimAssembly(job, claimant);
    return taken(claimed, job, (record) => ({ job: record }));
  });
}

function taken<R extends ExportJob | Segment>(claimed: Claim<R>, before: R, as: (record: R) => Taken) {
  if (claimed.outcome === 'stalled') return { result: { outcome: 'stalled' as const, taken: as(before) } };
  if (claimed.outcome !== 'claimed') return { result: { outcome: claimed.outcome } };
  const { record } = claimed;
  const result = { outcome: 'claimed' as const, taken: as({ ...record, version: record.version + 1 }) };
  return { step: { records: [record], rings: [] }, result };
}

const STALLED: JobFailure = {
  code: 'internal_error',
  message: 'The export was begun again and again without getting on.',
  hint: 'Try again, or ask for a shorter range.',
};

async function failBecauseStalled({ job, segment }: Taken, tools: WorkerTools): Promise<StepOutcome> {
  const { jobs, now, log } = tools;
  log.error('export stalled', { jobId: job.jobId, stage: job.stage, segment: segment?.n });
  const outcome = await carryOutStep(tools, async () => {
    const current = (await jobs.findJob(job.workspaceId, job.jobId))!;
    const stuck = segment ? (await jobs.findSegment(job.jobId, segment.n))! : current;
    return failStalled(current, stuck, STALLED, await placesOf(jobs, job.workspaceId), now());
  });
  return outcome === LOST ? LOST : 'failed';
}

async function failWith(problem: Problem, { job, segment }: Taken, tools: WorkerTools): Promise<StepOutcome> {
  const { jobs, now, log } = tools;
  log.warn('export failed', { jobId: job.jobId, code: problem.code, message: problem.message });
  const failure = { code: problem.code, message: problem.message, hint: null };
  const outcome = await carryOutStep(tools, async () => {
    const current = (await jobs.findJob(job.workspaceId, job.jobId))!;
    const stored = segment && (await jobs.findSegment(job.jobId, segment.n))!;
    const holder = { fence: (segment ?? job).fence, ...(stored ? { segment: stored } : {}) };
    return fail(current, holder, failure, await placesOf(jobs, job.workspaceId), now());
  });
  return outcome === LOST ? LOST : 'failed';
}

/** After an accident the next worker need not wait for the lease to end; if this fails too, it just waits. */
async function release({ job, segment }: Taken, tools: WorkerTools): Promise<void> {
  const { jobs, now, log } = tools;
  await carryOutStep(tools, async () => {
    const stored = segment
      ? await jobs.findSegment(job.jobId, segment.n)
      : await jobs.findJob(job.workspaceId, job.jobId);
    const record = stored && giveBack(stored, (segment ?? job).fence, now());
    return record === undefined || record === LOST ? LOST : { records: [record], rings: [] };
  }).catch((error: unknown) => log.warn('step not given back', { jobId: job.jobId, error }));
}
