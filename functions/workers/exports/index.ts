import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bounded, documentClient, dynamodbClient, s3Client, sqsClient } from '#shared/aws.ts';
import { dynamodbClickReader } from '#shared/clicks/read/click-reader.dynamodb.ts';
import { readEnv } from '#shared/env.ts';
import { exportLog } from '#shared/exports/engine/export-log.ts';
import { parseJobMessage, workMessage } from '#shared/exports/engine/work-message.ts';
import { s3FileStore } from '#shared/exports/files/file-store.s3.ts';
import { fileFormat } from '#shared/exports/files/formats.ts';
import { sqsJobQueue } from '#shared/exports/jobs/job-queue.sqs.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { SIZES } from '#shared/exports/jobs/timings.ts';
import { exportKind } from '#shared/exports/kinds/kinds.ts';
import { newUuid } from '#shared/ids.ts';
import { invocationTime } from '#shared/invocation-time.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { openLinkCodes } from '#shared/qr/link-codes.ts';
import { s3LogoStore } from '#shared/qr/logo-store.s3.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import { dynamodbPresetStore } from '#shared/qr/presets/preset-store.dynamodb.ts';
import { sleepFor } from '#shared/retry.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';

/** Of the time of a step: the rows are given up first, so that there is time to give the step back. */
const ROWS_RESERVE_MS = 15_000;
const STEP_RESERVE_MS = 5_000;

const env = readEnv(
  'WORKSPACES_TABLE',
  'LINKS_TABLE',
  'CLICKS_TABLE',
  'JOBS_TABLE',
  'FILES_BUCKET',
  'EXPORTS_QUEUE_URL',
  'SHORT_ORIGIN',
);
const logger = new Logger();
const log = exportLog(logger);
const rowsTime = invocationTime(ROWS_RESERVE_MS);
const stepTime = invocationTime(STEP_RESERVE_MS);
const rows = bounded(dynamodbClient(), rowsTime);
const logos = s3LogoStore(bounded(s3Client(), rowsTime), env.FILES_BUCKET);
const presets = dynamodbPresetStore(documentClient(rows), env.WORKSPACES_TABLE);
/** The renderer is loaded by the first job that draws: most draw nothing. */
let opening: ReturnType<typeof openRenderer> | undefined;
const openCodes = async (workspaceId: string) => {
  opening ??= openRenderer();
  const { renderer } = await opening;
  return openLinkCodes(workspaceId, { presets, logos, renderer, shortOrigin: env.SHORT_ORIGIN });
};
const tools = {
  kinds: exportKind,
  formats: fileFormat,
  jobs: dynamodbJobStore(documentClient(bounded(dynamodbClient(), stepTime)), env.JOBS_TABLE),
  files: s3FileStore(bounded(s3Client(), stepTime), env.FILES_BUCKET, log),
  queue: sqsJobQueue(bounded(sqsClient(), stepTime), env.EXPORTS_QUEUE_URL),
  sources: {
    links: dynamodbLinkStore(documentClient(rows), env.LINKS_TABLE),
    totals: dynamodbTotalsReader(rows, env.CLICKS_TABLE),
    clicks: dynamodbClickReader(rows, env.CLICKS_TABLE),
    shortOrigin: env.SHORT_ORIGIN,
    openCodes,
  },
  sizes: SIZES,
  now: Date.now,
  newId: newUuid,
  sleep: sleepFor,
  random: Math.random,
  log,
};

/** Works off one message of the Exports queue; after an accident it is kept. */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body } of Records) {
    try {
      const remainingMs = context.getRemainingTimeInMillis();
      const work = () =>
        workMessage(
          parseJobMessage(body),
          { ...tools, worker: context.logStreamName },
          Date.now() + remainingMs,
        );
      await stepTime.run(remainingMs, () => rowsTime.run(remainingMs, work));
    } catch (error) {
      logger.error('an export step failed', { messageId, error: error as Error });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};
