import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { clickKey } from '#shared/clicks/click-keys.ts';
import { bootstrapWorkspace } from '#shared/credentials/bootstrap.dynamodb.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aClick } from '#test/support/clicks.ts';
import { openExports, WORKSPACE } from '#test/support/exports.ts';
import { openQueue, openTables, type Tables } from '#test/support/resources.ts';
import { lambdaContext } from '#test/support/worker-environment.ts';

let tables: Tables;
let workspaceId: string;
let handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

beforeAll(async () => {
  tables = await openTables();
  Object.assign(process.env, {
    WORKSPACES_TABLE: tables.workspaces,
    CLICKS_TABLE: tables.clicks,
    JOBS_TABLE: tables.jobs,
    EXPORTS_QUEUE_URL: await openQueue(),
    HORIZON_SECONDS: '60',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const made = await bootstrapWorkspace({
    database: openDatabase(),
    table: tables.workspaces,
    now: Date.now,
    host: 'links.example.com',
    workspaceName: 'Example',
  });
  workspaceId = made.workspaceId;
  ({ handler } = await import('#functions/workers/dead-letters/index.ts'));
});

/** Which of the bodies stay in their queue. */
async function keptOf(...bodies: unknown[]): Promise<number[]> {
  const records = bodies.map((body, n) => ({
    messageId: String(n),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }));
  const { batchItemFailures } = await handler({ Records: records } as unknown as SQSEvent, lambdaContext());
  return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
}

test('keeps what nobody understands, and loses nothing else of the batch', async () => {
  const rollUp = { workspaceId };
  expect(await keptOf('not JSON', rollUp, '{}', '[1]', '"text"', 'null')).toEqual([0, 2, 3, 4, 5]);
});

test('records a click that failed before, once', async () => {
  const click = aClick({ workspaceId, atMs: Date.now() - 7_200_000 });
  expect(await keptOf(click, click)).toEqual([]);
  const { pk } = clickKey(workspaceId, click.clickId);
  const found = await openDatabase().send(
    new QueryCommand({
      TableName: tables.clicks,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  );
  expect(found.Items).toHaveLength(1);
});

test('shows a step of an export that never ran to the sweeper', async () => {
  const jobs = dynamodbJobStore(documentClient(dynamodbClient()), tables.jobs);
  const engine = openExports({}, { nowMs: Date.now() });
  engine.tools.jobs = jobs;
  const { job } = await engine.accept('link_catalog', {});
  const far = { ...job, version: 1, dueAtMs: Date.now() + 3_600_000 };
  await jobs.write([far], job.jobId);
  expect(await keptOf({ workspaceId: WORKSPACE, jobId: job.jobId, step: 'plan' })).toEqual([]);
  expect((await jobs.findJob(WORKSPACE, job.jobId))!.dueAtMs).toBeLessThanOrEqual(Date.now());
});
