import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bounded, dynamodbClient, sqsClient } from '#shared/aws.ts';
import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { isClockRefusal } from '#shared/clicks/clock-guard.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickPages } from '#shared/clicks/read/click-pages.dynamodb.ts';
import { clickReader } from '#shared/clicks/read/read-clicks.ts';
import { readEnv } from '#shared/env.ts';
import { feed } from '#shared/feed/feed.ts';
import { invocationTime } from '#shared/invocation-time.ts';
import { dynamodbCellReader } from '#shared/roll-ups/cell-reader.dynamodb.ts';
import { sqsRollUpQueue } from '#shared/roll-ups/roll-up-queue.sqs.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import type { RollUpMessage } from '#shared/roll-ups/run-roll-up.ts';
import { type RollUpReport, runRollUp } from '#shared/roll-ups/run-roll-up.ts';

/** Kept free of the time of a run, for what is under way at the deadline. */
const RESERVE_MS = 10_000;

const env = readEnv('WORKSPACES_TABLE', 'CLICKS_TABLE', 'ROLL_UPS_QUEUE_URL', 'HORIZON_SECONDS');
const now = Date.now;
const horizon = horizonOf(env.HORIZON_SECONDS);
const time = invocationTime(RESERVE_MS);
const client = bounded(dynamodbClient(), time);
const logger = new Logger();
const metrics = new Metrics();
const pages = dynamodbClickPages(client, env.CLICKS_TABLE);
const guard = watchedClock(client, env.CLICKS_TABLE, horizon, now);
const tools = {
  feed: feed({ pages, guard, horizon, now }),
  reader: clickReader(pages),
  cells: dynamodbCellReader(client, env.CLICKS_TABLE),
  store: dynamodbRollUpStore(client, { clicks: env.CLICKS_TABLE, workspaces: env.WORKSPACES_TABLE }),
  queue: sqsRollUpQueue(bounded(sqsClient(), time), env.ROLL_UPS_QUEUE_URL),
  horizon,
  now,
};

/** Folds what is new in the workspace of each message, or counts a day of it again. */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  const remainingMs = context.getRemainingTimeInMillis();
  for (const { messageId, body } of Records) {
    try {
      const message = JSON.parse(body) as RollUpMessage;
      report(message, await time.run(remainingMs, () => runRollUp(message, tools)));
    } catch (error) {
      logger.error('a roll-up failed', { messageId, error: error as Error });
      if (isClockRefusal(error)) metrics.addMetric('ClockSkewRefusals', MetricUnit.Count, 1);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  metrics.publishStoredMetrics();
  return { batchItemFailures };
};

function report(message: RollUpMessage, outcome: RollUpReport): void {
  if (outcome.kind === 'roll-up') {
    logger.info('rolled up', { ...message, ...outcome });
    if (outcome.ended !== 'overtaken') {
      metrics.addMetric('RollUpLagSeconds', MetricUnit.Seconds, outcome.lagMs / 1_000);
    }
    return;
  }
  logger.info('counted again', { ...message, ...outcome, drifts: outcome.drifts.length });
  for (const drift of outcome.drifts)
    logger.error('a roll-up differs from its recount', { ...message, drift });
  metrics.addMetric('RollUpDrift', MetricUnit.Count, outcome.drifts.length);
}
