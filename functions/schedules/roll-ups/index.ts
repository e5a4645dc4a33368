import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { bounded, documentClient, dynamodbClient, sqsClient } from '#shared/aws.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickPages } from '#shared/clicks/read/click-pages.dynamodb.ts';
import { readEnv } from '#shared/env.ts';
import { feed } from '#shared/feed/feed.ts';
import { invocationTime } from '#shared/invocation-time.ts';
import { type Lags, rollUpLags } from '#shared/roll-ups/roll-up-lag.ts';
import { sqsRollUpQueue } from '#shared/roll-ups/roll-up-queue.sqs.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import { scheduleRollUps } from '#shared/roll-ups/schedule-roll-ups.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';

/** Kept free of the time of a run, for what is under way at the deadline. */
const RESERVE_MS = 10_000;

/** A third of what the alarm rings at: whoever is woken finds the workspace in the log. */
const WORTH_TELLING_MS = 300_000;

const env = readEnv('WORKSPACES_TABLE', 'CLICKS_TABLE', 'ROLL_UPS_QUEUE_URL', 'HORIZON_SECONDS');
const time = invocationTime(RESERVE_MS);
const client = bounded(dynamodbClient(), time);
const logger = new Logger();
const metrics = new Metrics();
const pages = dynamodbClickPages(client, env.CLICKS_TABLE);
const horizon = horizonOf(env.HORIZON_SECONDS);
const tools = {
  workspaces: dynamodbWorkspaceStore(documentClient(client), env.WORKSPACES_TABLE),
  rollUps: dynamodbRollUpStore(client, { clicks: env.CLICKS_TABLE, workspaces: env.WORKSPACES_TABLE }),
  pages,
  feed: feed({ pages, guard: { check: async () => undefined }, horizon, now: Date.now }),
  queue: sqsRollUpQueue(bounded(sqsClient(), time), env.ROLL_UPS_QUEUE_URL),
  horizon,
  now: Date.now,
};

/** Asks for the roll-up of every workspace with open days, and measures how far each is behind. */
export const handler = async (_: unknown, context: Context): Promise<void> => {
  await time.run(context.getRemainingTimeInMillis(), async () => {
    const asked = await scheduleRollUps(tools);
    logger.info('asked for roll-ups', { workspaces: asked.length });
    report(await rollUpLags(asked, tools));
  });
};

/** @throws AggregateError when the lag of a workspace could not be read: then nobody knows, and the function's own alarm rings */
function report({ lagMs, failures }: Lags): void {
  for (const [workspaceId, behindMs] of lagMs) {
    if (behindMs > WORTH_TELLING_MS) logger.warn('a roll-up is behind', { workspaceId, lagMs: behindMs });
  }
  metrics.addMetric('RollUpLagSeconds', MetricUnit.Seconds, Math.max(0, ...lagMs.values()) / 1_000);
  metrics.publishStoredMetrics();
  if (failures.length > 0) throw new AggregateError(failures, 'the lag of workspaces could not be read');
}
