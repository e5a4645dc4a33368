import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamodbClient, sqsClient } from '#shared/aws.ts';
import { dynamodbClickPages } from '#shared/clicks/click-pages.dynamodb.ts';
import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { ClockSkewError } from '#shared/clicks/clock-guard.ts';
import { feed } from '#shared/clicks/feed.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { rollUp } from '#shared/clicks/roll-up.ts';
import { sqsRollUpQueue } from '#shared/clicks/roll-up-queue.sqs.ts';
import type { RollUpMessage } from '#shared/clicks/roll-up-queue.ts';
import { dynamodbRollUpStore } from '#shared/clicks/roll-up-store.dynamodb.ts';
import { readEnv } from '#shared/env.ts';

/** Half of the function's timeout: what is left is for the fold under way and the hand-on. */
const RUN_MS = 60_000;

const env = readEnv('WORKSPACES_TABLE', 'CLICKS_TABLE', 'ROLL_UPS_QUEUE_URL', 'HORIZON_SECONDS');
const now = Date.now;
const horizon = horizonOf(env.HORIZON_SECONDS);
const client = dynamodbClient();
const logger = new Logger();
const metrics = new Metrics();
const queue = sqsRollUpQueue(sqsClient(), env.ROLL_UPS_QUEUE_URL);
const pages = dynamodbClickPages(client, env.CLICKS_TABLE);
const guard = watchedClock(client, env.CLICKS_TABLE, horizon, now);
const tools = {
  feed: feed({ pages, guard, horizon, now }),
  store: dynamodbRollUpStore(client, { clicks: env.CLICKS_TABLE, workspaces: env.WORKSPACES_TABLE }),
  horizon,
  now,
};

/** Folds what is new in the workspace of each message; one that takes too long is handed on. */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body } of Records) {
    try {
      await fold((JSON.parse(body) as RollUpMessage).workspaceId);
    } catch (error) {
      logger.error('a roll-up failed', { messageId, error: error as Error });
      if (error instanceof ClockSkewError) metrics.addMetric('ClockSkewRefusals', MetricUnit.Count, 1);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  metrics.publishStoredMetrics();
  return { batchItemFailures };
};

async function fold(workspaceId: string): Promise<void> {
  const { ended, events, lagMs } = await rollUp(workspaceId, now() + RUN_MS, tools);
  logger.info('rolled up', { workspaceId, ended, events, lagMs });
  if (ended === 'behind') await queue.send([workspaceId]);
  if (ended !== 'overtaken') metrics.addMetric('RollUpLagSeconds', MetricUnit.Seconds, lagMs / 1_000);
}
