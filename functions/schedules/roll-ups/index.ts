import { Logger } from '@aws-lambda-powertools/logger';
import { documentClient, dynamodbClient, sqsClient } from '#shared/aws.ts';
import { dynamodbClickPages } from '#shared/clicks/click-pages.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { sqsRollUpQueue } from '#shared/clicks/roll-up-queue.sqs.ts';
import { dynamodbRollUpStore } from '#shared/clicks/roll-up-store.dynamodb.ts';
import { scheduleRollUps } from '#shared/clicks/schedule-roll-ups.ts';
import { readEnv } from '#shared/env.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';

const env = readEnv('WORKSPACES_TABLE', 'CLICKS_TABLE', 'ROLL_UPS_QUEUE_URL', 'HORIZON_SECONDS');
const client = dynamodbClient();
const logger = new Logger();
const tools = {
  workspaces: dynamodbWorkspaceStore(documentClient(client), env.WORKSPACES_TABLE),
  rollUps: dynamodbRollUpStore(client, { clicks: env.CLICKS_TABLE, workspaces: env.WORKSPACES_TABLE }),
  pages: dynamodbClickPages(client, env.CLICKS_TABLE),
  queue: sqsRollUpQueue(sqsClient(), env.ROLL_UPS_QUEUE_URL),
  horizon: horizonOf(env.HORIZON_SECONDS),
  now: Date.now,
};

/** Asks for the roll-up of every workspace with open days. */
export const handler = async (): Promise<void> => {
  const asked = await scheduleRollUps(tools);
  logger.info('asked for roll-ups', { workspaces: asked.length });
};
