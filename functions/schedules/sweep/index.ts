import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { documentClient, dynamodbClient, s3Client, sqsClient } from '#shared/aws.ts';
import { readEnv } from '#shared/env.ts';
import { exportLog } from '#shared/exports/export-log.ts';
import { s3FileStore } from '#shared/exports/file-store.s3.ts';
import { sqsJobQueue } from '#shared/exports/job-queue.sqs.ts';
import { dynamodbJobStore } from '#shared/exports/job-store.dynamodb.ts';
import { sweepExports } from '#shared/exports/sweep-exports.ts';
import { newUuid } from '#shared/ids.ts';

/** Left for what is under way when the time is up. */
const RESERVE_MS = 10_000;

const env = readEnv('JOBS_TABLE', 'FILES_BUCKET', 'EXPORTS_QUEUE_URL');
const logger = new Logger();
const metrics = new Metrics();
const tools = {
  jobs: dynamodbJobStore(documentClient(dynamodbClient()), env.JOBS_TABLE),
  files: s3FileStore(s3Client(), env.FILES_BUCKET),
  queue: sqsJobQueue(sqsClient(), env.EXPORTS_QUEUE_URL),
  now: Date.now,
  newId: newUuid,
  sleep,
  random: Math.random,
  log: exportLog(logger),
};

/** Looks at every export step that is due. */
export const handler = async (_: unknown, context: Context): Promise<void> => {
  const untilMs = Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  const swept = await sweepExports(tools, untilMs);
  metrics.addMetric('StuckJobs', MetricUnit.Count, swept.stuck);
  metrics.publishStoredMetrics();
  if (Object.values(swept).some((count) => count > 0)) logger.info('swept', swept);
};
