import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bounded, documentClient, dynamodbClient } from '#shared/aws.ts';
import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { OpenDays } from '#shared/clicks/record/record-click.ts';
import { recordClicks } from '#shared/clicks/record/record-clicks.ts';
import { rememberedPlans } from '#shared/clicks/record/remembered-plans.ts';
import { readEnv } from '#shared/env.ts';
import { invocationTime } from '#shared/invocation-time.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';

/** Of the 30 s that a batch has. What a table leaves undone by then comes again alone, not with all the others. */
const RESERVE_MS = 5_000;

const env = readEnv('WORKSPACES_TABLE', 'CLICKS_TABLE', 'HORIZON_SECONDS');
const now = Date.now;
const horizon = horizonOf(env.HORIZON_SECONDS);
const logger = new Logger();
const metrics = new Metrics();
const time = invocationTime(RESERVE_MS);

// A put is tried once: what fails stays in the queue and is judged again by the time of its next delivery.
const client = bounded(dynamodbClient({ maxAttempts: 1 }), time);
const workspaces = dynamodbWorkspaceStore(
  documentClient(bounded(dynamodbClient(), time)),
  env.WORKSPACES_TABLE,
);
const tools = {
  store: dynamodbClickStore(client, env.CLICKS_TABLE),
  guard: watchedClock(client, env.CLICKS_TABLE, horizon, now),
  horizon,
  findPlan: rememberedPlans(workspaces, now),
  openDays: new OpenDays(),
  now,
};

/** Records the clicks of a batch; those that failed stay in the queue. */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const { failed, counts, clockRefusals } = await time.run(context.getRemainingTimeInMillis(), (signal) =>
    recordClicks(Records, tools, signal),
  );
  for (const { messageId, error } of failed) {
    logger.warn('a click stays in the queue', { messageId, error: error as Error });
  }
  metrics.addMetric('ClicksRecorded', MetricUnit.Count, counts.on_time + counts.late);
  metrics.addMetric('ClicksLate', MetricUnit.Count, counts.late);
  metrics.addMetric('ClicksBeyondRetention', MetricUnit.Count, counts.beyond_retention);
  metrics.addMetric('ClockSkewRefusals', MetricUnit.Count, clockRefusals);
  metrics.publishStoredMetrics();
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};
