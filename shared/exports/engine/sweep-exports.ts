import { eachLimited } from '#shared/each-limited.ts';
import type { FileStore } from '../files/file-store.ts';
import { type ExportJob, hasEnded, type Segment } from '../jobs/job.ts';
import { DUE_SHARDS } from '../jobs/job-store.ts';
import { LOST, type Step } from '../jobs/steps/step.ts';
import { cleaned, expire, isOpen, isWaiting, laidToRest, ringAgain } from '../jobs/steps/sweep.ts';
import { carryOut } from './carry-out.ts';
import { cleanExport } from './clean-export.ts';
import type { JobTools } from './export-tools.ts';

/** Records looked at in one go. */
const BATCH = 100;
const AT_ONCE = 8;

/** Rings that nobody followed after which a step counts as stuck: about a quarter of an hour. */
const STUCK_RINGS = 4;

export type SweepTools = JobTools & { files: FileStore };

/** What was done to the records that were due, and how many of them nobody has taken for long. */
export type Swept = Record<'rung' | 'cleaned' | 'expired' | 'skipped' | 'failed' | 'stuck', number>;

/**
 * Looks at everything that is due: rings again for steps that nobody took or whose worker went away, expires files,
 * removes leftovers. It never fails a job: what was never claimed may only have to wait.
 * @param untilMs  when to stop; what is left is due still
 */
export async function sweepExports(tools: SweepTools, untilMs: number): Promise<Swept> {
  const swept: Swept = { rung: 0, cleaned: 0, expired: 0, skipped: 0, failed: 0, stuck: 0 };
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => sweepShard(shard, swept, tools, untilMs));
  await Promise.all(shards);
  return swept;
}

async function sweepShard(shard: number, swept: Swept, tools: SweepTools, untilMs: number): Promise<void> {
  const { jobs, now } = tools;
  while (now() < untilMs) {
    const due = await jobs.due(shard, now(), BATCH);
    const before = swept.skipped + swept.failed;
    await eachLimited(due, AT_ONCE, async (record) => {
      if (now() < untilMs) await count(record, swept, tools);
    });
    const got = due.length - (swept.skipped + swept.failed - before);
    // The index lags behind: what was dealt with may be shown again, and is skipped then.
    if (due.length < BATCH || got <= 0) return;
  }
}

async function count(record: ExportJob | Segment, swept: Swept, tools: SweepTools): Promise<void> {
  try {
    swept[await lookAt(record, tools)] += 1;
    if (record.rings >= STUCK_RINGS) swept.stuck += 1;
  } catch (error) {
    tools.log.error('sweep failed', { jobId: record.jobId, record: record.record, error });
    swept.failed += 1;
  }
}

type Look = 'rung' | 'cleaned' | 'expired' | 'skipped';
type Decision = { step?: Step; result: Look };

const lookAt = async (record: ExportJob | Segment, tools: SweepTools): Promise<Look> => {
  const job = await tools.jobs.findJob(record.workspaceId, record.jobId);
  // Leftovers go first: once they are recorded as gone, nobody looks for them again.
  if (record.record === 'job' && job && hasEnded(job) && job.unclean && isDue(job, tools)) {
    await cleanExport(job, tools.files);
  }
  return carryOut<Look>(tools, () =>
    record.record === 'segment' ? decideSegment(record, tools) : decideJob(record, job, tools),
  );
};

const isDue = ({ dueAtMs }: ExportJob | Segment, { now }: SweepTools): boolean =>
  dueAtMs !== null && dueAtMs <= now();

async function decideSegment({ workspaceId, jobId, n }: Segment, tools: SweepTools): Promise<Decision> {
  const [job, segment] = await Promise.all([
    tools.jobs.findJob(workspaceId, jobId),
    tools.jobs.findSegment(jobId, n),
  ]);
  if (!segment || !isDue(segment, tools)) return { result: 'skipped' };
  if (!job || !isOpen(job, segment)) return { step: laidToRest(segment), result: 'skipped' };
  return { step: ringAgain(segment, tools.now()), result: 'rung' };
}

/** @param cleanedAs  the job as it was when its leftovers were removed */
async function decideJob(
  { workspaceId, jobId }: ExportJob,
  cleanedAs: ExportJob | undefined,
  tools: SweepTools,
): Promise<Decision> {
  const job = await tools.jobs.findJob(workspaceId, jobId);
  if (!job || !isDue(job, tools)) return { result: 'skipped' };
  if (isWaiting(job)) return { step: ringAgain(job, tools.now()), result: 'rung' };
  if (hasEnded(job) && job.unclean) {
    return job.version === cleanedAs?.version
      ? { step: cleaned(job), result: 'cleaned' }
      : { result: 'skipped' };
  }
  const step = expire(job, tools.now());
  return step === LOST ? { step: laidToRest(job), result: 'skipped' } : { step, result: 'expired' };
}
