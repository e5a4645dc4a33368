import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { bounded, documentClient, dynamodbClient, sqsClient } from '#shared/aws.ts';
import { dynamodbClickPages } from '#shared/clicks/click-pages.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { sqsRollUpQueue } from '#shared/clicks/roll-up-queue.sqs.ts';
import { dynamodbRollUpStore } from '#shared/clicks/roll-up-store.dynamodb.ts';
import { scheduleRollUps } from '#shared/clicks/schedule-roll-ups.ts';
import { readEnv } from '#shared/env.ts';
import { invocationTime } from '#shared/invocation-time.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';

/** Kept free of the time of a run, for what is under way at the deadline. */
const RESERVE_MS = 10_000;

const env = readEnv('WORKSPACES_TABLE', 'CLICKS_TABLE', 'ROLL_UPS_QUEUE_URL', 'HORIZON_SECONDS');
const time = invocationTime(RESERVE_MS);
const client = bounded(dynamodbClient(), time);
const logger = new Logger();
const tools = {
  workspaces: dynamodbWorkspaceStore(documentClient(client), env.WORKSPACES_TABLE),
  rollUps: dynamodbRollUpStore(client, { clicks: env.CLICKS_TABLE, workspaces: env.WORKSPACES_TABLE }),
  pages: dynamodbClickPages(client, env.CLICKS_TABLE),
  queue: sqsRollUpQueue(bounded(sqsClient(), time), env.ROLL_UPS_QUEUE_URL),
  horizon: horizonOf(env.HORIZON_SECONDS),
  now: Date.now,
};

/** Asks for the roll-up of every workspace with open days. */
export const handler = async (_: unknown, context: Context): Promise<void> => {
  const asked = await time.run(context.getRemainingTimeInMillis(), () => scheduleRollUps(tools));
  logger.info('asked for roll-ups', { workspaces: asked.length });
};
