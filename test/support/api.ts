import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import type { ApiHandler } from '#functions/http/app.ts';
import type { HttpFunction } from '#functions/http/route.ts';
import { bootstrapWorkspace } from '#shared/credentials/bootstrap.dynamodb.ts';
import { openDatabase, openS3, openSqs } from './aws-clients.ts';
import { httpEvent, lambdaContext } from './http-event.ts';
import { openBucket, openQueue, openTables } from './resources.ts';

export type TestRequest = Parameters<typeof httpEvent>[0];
export type TestAnswer = { status: number; headers: Record<string, string>; text: string; bytes: Buffer };

// Looking at everything is done hundreds of times: the connections stay open.
const database = openDatabase();
const s3 = openS3();
const sqs = openSqs();

const EDGE = { 'x-slugline-edge': 'edge-secret', 'x-slugline-host': 'links.example.com' };

/**
 * The HTTP functions as their index.ts makes them, on tables, a bucket and queues of their own.
 * The environment is read once, so there is one of these per test file.
 */
export async function openApi() {
  const tables = await openTables();
  const bucket = await openBucket();
  const queues = await Promise.all([openQueue(), openQueue(), openQueue()]);
  Object.assign(process.env, {
    WORKSPACES_TABLE: tables.workspaces,
    LINKS_TABLE: tables.links,
    CLICKS_TABLE: tables.clicks,
    JOBS_TABLE: tables.jobs,
    FILES_BUCKET: bucket,
    CLICKS_QUEUE_URL: queues[0],
    EXPORTS_QUEUE_URL: queues[1],
    ROLL_UPS_QUEUE_URL: queues[2],
    EDGE_SECRET: 'edge-secret',
    EDGE_SECRET_PREVIOUS: '',
    SHORT_ORIGIN: 'https://{domain}',
    SHORT_DOMAINS: '*.served.example.com',
    HORIZON_SECONDS: '6',
    ALLOWED_ORIGINS: '',
    SESSION_ISSUER: '',
    SESSION_JWKS_URL: '',
    SESSION_AUDIENCE: '',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const call = async (request: TestRequest, served: HttpFunction = 'api'): Promise<TestAnswer> => {
    const event = httpEvent({ ...request, headers: { ...EDGE, ...request.headers } });
    return served === 'stream' ? streamed(event) : buffered(event, served);
  };
  /** A workspace with a domain, a key and a session. */
  const bootstrap = (host: string, workspaceName = host) =>
    bootstrapWorkspace({ database, table: tables.workspaces, now: Date.now, host, workspaceName });
  return {
    tables,
    bucket,
    call,
    bootstrap,
    kept: () => everythingKept(Object.values(tables), bucket, queues),
  };
}

type Event = ReturnType<typeof httpEvent>;

async function buffered(event: Event, served: HttpFunction): Promise<TestAnswer> {
  const { handler } = (await import(`#functions/${served}/index.ts`)) as { handler: ApiHandler };
  const {
    statusCode: status,
    headers = {},
    body = '',
    isBase64Encoded,
  } = await handler(event, lambdaContext);
  const bytes = Buffer.from(String(body), isBase64Encoded ? 'base64' : 'utf8');
  return { status, headers: headers as Record<string, string>, text: bytes.toString(), bytes };
}

type Prelude = { statusCode: number; headers?: Record<string, string> };
type StreamHandler = (event: Event, stream: PassThrough, context: Context) => Promise<void>;

/** Stands for the part of Lambda's runtime that a streaming function talks to. */
async function streamed(event: Event): Promise<TestAnswer> {
  const preludes = new WeakMap<PassThrough, Prelude>();
  const from = (stream: PassThrough, prelude: Prelude) => {
    preludes.set(stream, prelude);
    return stream;
  };
  const streamifyResponse = (handler: StreamHandler) => handler;
  Object.assign(globalThis, { awslambda: { streamifyResponse, HttpResponseStream: { from } } });
  const { handler } = (await import('#functions/stream/index.ts')) as unknown as { handler: StreamHandler };
  const stream = new PassThrough();
  const [sent] = await Promise.all([text(stream), handler(event, stream, lambdaContext)]);
  const { statusCode: status, headers = {} } = preludes.get(stream) as Prelude;
  return { status, headers, text: sent, bytes: Buffer.from(sent) };
}

/** All that is stored but for counters, as text that can be compared. */
async function everythingKept(tables: string[], bucket: string, queues: string[]): Promise<string> {
  const items = await Promise.all(tables.map(itemsOf));
  const objects = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  const messages = await Promise.all(queues.map(messagesIn));
  const keys = (objects.Contents ?? []).map(({ Key, ETag }) => `${Key} ${ETag}`);
  return JSON.stringify({ items, keys, messages }, null, 1);
}

async function itemsOf(table: string): Promise<string[]> {
  const items: string[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const page = await database.send(new ScanCommand({ TableName: table, ExclusiveStartKey: after }));
    items.push(...(page.Items ?? []).filter(isNoCounter).map((item) => JSON.stringify(item)));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return items.sort();
}

const isNoCounter = (item: Record<string, unknown>): boolean => !String(item.pk).startsWith('limit#');

async function messagesIn(queue: string): Promise<string | undefined> {
  const names = { QueueUrl: queue, AttributeNames: ['ApproximateNumberOfMessages' as const] };
  return (await sqs.send(new GetQueueAttributesCommand(names))).Attributes?.ApproximateNumberOfMessages;
}
