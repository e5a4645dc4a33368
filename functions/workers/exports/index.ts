import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { documentClient, dynamodbClient, s3Client, sqsClient } from '#shared/aws.ts';
import { dynamodbClickReader } from '#shared/clicks/click-reader.dynamodb.ts';
import { dynamodbTotalsReader } from '#shared/clicks/totals.dynamodb.ts';
import { readEnv } from '#shared/env.ts';
import { exportLog } from '#shared/exports/export-log.ts';
import { s3FileStore } from '#shared/exports/file-store.s3.ts';
import { sqsJobQueue } from '#shared/exports/job-queue.sqs.ts';
import { dynamodbJobStore } from '#shared/exports/job-store.dynamodb.ts';
import { SIZES } from '#shared/exports/timings.ts';
import { parseJobMessage, workMessage } from '#shared/exports/work-message.ts';
import { newUuid } from '#shared/ids.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { sleepFor } from '#shared/retry.ts';

const env = readEnv(
  'LINKS_TABLE',
  'CLICKS_TABLE',
  'JOBS_TABLE',
  'FILES_BUCKET',
  'EXPORTS_QUEUE_URL',
  'SHORT_ORIGIN',
);
const logger = new Logger();
const client = dynamodbClient();
const database = documentClient(client);
const tools = {
  jobs: dynamodbJobStore(database, env.JOBS_TABLE),
  files: s3FileStore(s3Client(), env.FILES_BUCKET),
  queue: sqsJobQueue(sqsClient(), env.EXPORTS_QUEUE_URL),
  sources: {
    links: dynamodbLinkStore(database, env.LINKS_TABLE),
    totals: dynamodbTotalsReader(client, env.CLICKS_TABLE),
    clicks: dynamodbClickReader(client, env.CLICKS_TABLE),
    shortOrigin: env.SHORT_ORIGIN,
  },
  sizes: SIZES,
  now: Date.now,
  newId: newUuid,
  sleep: sleepFor,
  random: Math.random,
  log: exportLog(logger),
};

/** Works off one message of the Exports queue; after an accident it is kept. */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body } of Records) {
    try {
      const deadlineMs = Date.now() + context.getRemainingTimeInMillis();
      await workMessage(parseJobMessage(body), { ...tools, worker: context.logStreamName }, deadlineMs);
    } catch (error) {
      logger.error('an export step failed', { messageId, error: error as Error });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};
