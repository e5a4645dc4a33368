import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { bounded, documentClient, dynamodbClient, s3Client, sqsClient } from '#shared/aws.ts';
import { readEnv } from '#shared/env.ts';
import { exportLog } from '#shared/exports/engine/export-log.ts';
import { sweepExports } from '#shared/exports/engine/sweep-exports.ts';
import { s3FileStore } from '#shared/exports/files/file-store.s3.ts';
import { sqsJobQueue } from '#shared/exports/jobs/job-queue.sqs.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { newUuid } from '#shared/ids.ts';
import { invocationTime } from '#shared/invocation-time.ts';

/** Kept free of the time of a run, for what is under way at the deadline. */
const RESERVE_MS = 8_000;

/** Before the deadline no new record is looked at any more. */
const LAST_LOOK_MS = 2_000;

const env = readEnv('JOBS_TABLE', 'FILES_BUCKET', 'EXPORTS_QUEUE_URL');
const logger = new Logger();
const log = exportLog(logger);
const metrics = new Metrics();
const time = invocationTime(RESERVE_MS);
const tools = {
  jobs: dynamodbJobStore(documentClient(bounded(dynamodbClient(), time)), env.JOBS_TABLE),
  files: s3FileStore(bounded(s3Client(), time), env.FILES_BUCKET, log),
  queue: sqsJobQueue(bounded(sqsClient(), time), env.EXPORTS_QUEUE_URL),
  now: Date.now,
  newId: newUuid,
  sleep,
  random: Math.random,
  log,
};

/** Looks at every export step that is due. */
export const handler = async (_: unknown, context: Context): Promise<void> => {
  const remainingMs = context.getRemainingTimeInMillis();
  const untilMs = Date.now() + remainingMs - RESERVE_MS - LAST_LOOK_MS;
  const swept = await time.run(remainingMs, () => sweepExports(tools, untilMs));
  metrics.addMetric('StuckJobs', MetricUnit.Count, swept.stuck);
  metrics.publishStoredMetrics();
  if (Object.values(swept).some((count) => count > 0)) logger.info('swept', swept);
};
