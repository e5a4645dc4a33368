import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { bootstrapWorkspace, type Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { openDatabase } from './aws-clients.ts';
import { openQueue, openTables, type Tables } from './resources.ts';

/**
 * What the workers of clicks and roll-ups read of their environment, on tables and queues of their own, and a
 * workspace in them. The environment is read when a function is loaded, so there is one of these per test file.
 */
export async function openWorkerEnvironment(
  horizonSeconds: number,
): Promise<{ tables: Tables; queueUrl: string; owner: Credentials }> {
  const tables = await openTables();
  const queueUrl = await openQueue();
  Object.assign(process.env, {
    WORKSPACES_TABLE: tables.workspaces,
    CLICKS_TABLE: tables.clicks,
    ROLL_UPS_QUEUE_URL: queueUrl,
    HORIZON_SECONDS: String(horizonSeconds),
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  const owner = await bootstrapWorkspace({
    database: openDatabase(),
    table: tables.workspaces,
    now: Date.now,
    host: 'links.example.com',
    workspaceName: 'Example',
  });
  return { tables, queueUrl, owner };
}

/** A batch as the event source hands it over; each body is a message. */
export const sqsEvent = (bodies: readonly (object | string)[]): SQSEvent => ({
  Records: bodies.map((body, at) => ({
    messageId: `message ${at}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })) as SQSRecord[],
});

/** What a function is told about its invocation: here, how much time it has. */
export const lambdaContext = (remainingMs = 60_000): Context =>
  ({ getRemainingTimeInMillis: () => remainingMs, logStreamName: 'test' }) as Context;
