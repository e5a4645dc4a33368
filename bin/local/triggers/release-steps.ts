import { setTimeout as sleep } from 'node:timers/promises';
import { documentClient } from '#shared/aws.ts';
import { carryOutStep } from '#shared/exports/engine/carry-out.ts';
import type { JobTools } from '#shared/exports/engine/export-tools.ts';
import type { ExportJob, Segment } from '#shared/exports/jobs/job.ts';
import { sqsJobQueue } from '#shared/exports/jobs/job-queue.sqs.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { DUE_SHARDS } from '#shared/exports/jobs/job-store.ts';
import { releaseLease } from '#shared/exports/jobs/steps/claims.ts';
import { LOST } from '#shared/exports/jobs/steps/step.ts';
import { LEASE_MS } from '#shared/exports/jobs/timings.ts';
import { newUuid } from '#shared/ids.ts';
import type { AwsClients } from '../aws-clients.ts';

/** More steps than a laptop's workers hold at once; what is beyond waits for the sweeper. */
const LIMIT = 100;

/**
 * Gives the steps of export workers that were seen to end to others, at once: on AWS nobody sees it, and the sweeper
 * takes them up when their leases are over.
 * @param isGone  says of a worker's name whether that worker is gone
 * @returns how many there were
 */
export type ReleaseSteps = (isGone: (worker: string | null) => boolean) => Promise<number>;

/** @param places  of the stack's export jobs; a stack without any has nothing to release */
export function stepReleaser(
  { dynamoDb, sqs }: Pick<AwsClients, 'dynamoDb' | 'sqs'>,
  { table, queueUrl }: { table: string | undefined; queueUrl: string | undefined },
): ReleaseSteps {
  if (table === undefined || queueUrl === undefined) return async () => 0;
  const quiet = () => undefined;
  const tools: JobTools = {
    jobs: dynamodbJobStore(documentClient(dynamoDb), table),
    queue: sqsJobQueue(sqs, queueUrl),
    now: Date.now,
    newId: newUuid,
    sleep: (ms) => sleep(ms),
    random: Math.random,
    log: { info: quiet, warn: quiet, error: quiet },
  };
  return (isGone) => releaseSteps(tools, isGone);
}

/** @see ReleaseSteps */
export async function releaseSteps(
  tools: JobTools,
  isGone: (worker: string | null) => boolean,
): Promise<number> {
  const { jobs, now } = tools;
  // A step that is held is due when its lease ends.
  const shards = await Promise.all(
    Array.from({ length: DUE_SHARDS }, (_, shard) => jobs.due(shard, now() + LEASE_MS, LIMIT)),
  );
  const held = shards.flat().filter(({ leaseUntilMs, worker }) => leaseUntilMs > now() && isGone(worker));
  const outcomes = await Promise.all(held.map((record) => release(record, tools)));
  return outcomes.filter((outcome) => outcome !== LOST).length;
}

const release = (held: ExportJob | Segment, tools: JobTools) =>
  carryOutStep(tools, async () => {
    const { jobs, now } = tools;
    const record =
      held.record === 'segment'
        ? await jobs.findSegment(held.jobId, held.n)
        : await jobs.findJob(held.workspaceId, held.jobId);
    return record === undefined ? LOST : releaseLease(record, held.fence, now());
  });
