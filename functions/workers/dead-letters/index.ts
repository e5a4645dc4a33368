import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bounded, documentClient, dynamodbClient } from '#shared/aws.ts';
import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { OpenDays } from '#shared/clicks/record/record-click.ts';
import { rememberedPlans } from '#shared/clicks/record/remembered-plans.ts';
import { readEnv } from '#shared/env.ts';
import { exportLog } from '#shared/exports/engine/export-log.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { newUuid } from '#shared/ids.ts';
import { invocationTime } from '#shared/invocation-time.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { type LetterTools, settleLetter } from './settle-letter.ts';

/** Kept free of the time of a batch, for what is under way at the deadline. */
const RESERVE_MS = 10_000;

const env = readEnv('WORKSPACES_TABLE', 'CLICKS_TABLE', 'JOBS_TABLE', 'HORIZON_SECONDS');
const now = Date.now;
const logger = new Logger();
const log = exportLog(logger);
const horizon = horizonOf(env.HORIZON_SECONDS);
const time = invocationTime(RESERVE_MS);
const database = documentClient(bounded(dynamodbClient(), time));
// As in the clicks worker: a put is tried once, what fails stays and is judged again.
const clicksClient = bounded(dynamodbClient({ maxAttempts: 1 }), time);
const tools: LetterTools = {
  log,
  exports: {
    jobs: dynamodbJobStore(database, env.JOBS_TABLE),
    now,
    newId: newUuid,
    sleep,
    random: Math.random,
    log,
  },
  clicks: {
    store: dynamodbClickStore(clicksClient, env.CLICKS_TABLE),
    guard: watchedClock(clicksClient, env.CLICKS_TABLE, horizon, now),
    horizon,
    findPlan: rememberedPlans(dynamodbWorkspaceStore(database, env.WORKSPACES_TABLE), now),
    openDays: new OpenDays(),
    now,
  },
};

/** Settles what failed in every other queue; what cannot be settled, or is not by the deadline, stays. */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  await time.run(context.getRemainingTimeInMillis(), async (signal) => {
    for (const letter of Records) {
      const settled = await settleLetter(letter, tools, signal).catch((error: unknown) => {
        logger.error('a dead letter could not be settled', {
          messageId: letter.messageId,
          error: error as Error,
        });
        return 'kept';
      });
      if (settled === 'kept') batchItemFailures.push({ itemIdentifier: letter.messageId });
    }
  });
  return { batchItemFailures };
};
