import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { httpEvent } from '#test/support/http-event.ts';
import { type OutageProxy, openOutageProxy } from '#test/support/outage-proxy.ts';
import { openBucket } from '#test/support/resources.ts';
import { lambdaContext, openWorkerEnvironment, sqsEvent } from '#test/support/worker-environment.ts';

let dynamodb: OutageProxy;
let workspaceId: string;
let apiKey: string;

beforeAll(async () => {
  const { tables, queueUrl, owner } = await openWorkerEnvironment(600);
  ({ workspaceId, apiKey } = owner);
  dynamodb = await openOutageProxy(process.env.AWS_ENDPOINT_URL_DYNAMODB!);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    LINKS_TABLE: tables.links,
    JOBS_TABLE: tables.jobs,
    FILES_BUCKET: await openBucket(),
    EXPORTS_QUEUE_URL: queueUrl,
    SHORT_ORIGIN: 'https://{domain}',
    SHORT_DOMAINS: '',
    EDGE_SECRET: 'edge-secret',
    EDGE_SECRET_PREVIOUS: '',
    ALLOWED_ORIGINS: '',
    SESSION_ISSUER: '',
    SESSION_JWKS_URL: '',
    SESSION_AUDIENCE: '',
  });
});
afterAll(() => dynamodb.close());
beforeEach(() => dynamodb.set('hangs'));

/** Just so much more than what a function keeps free that its deadline comes at once. */
const MORE_MS = 300;
/** Of the timeout that is left once the deadline has passed, an answer may take so much. */
const SOON_MS = 3_000;

type Handler<Event> = (event: Event, context: Context) => Promise<SQSBatchResponse>;

async function inTime<T>(reserveMs: number, invoke: (context: Context) => Promise<T>): Promise<T> {
  const beganMs = performance.now();
  try {
    return await invoke(lambdaContext(reserveMs + MORE_MS));
  } finally {
    expect(performance.now() - beganMs).toBeLessThan(MORE_MS + SOON_MS);
  }
}

const click = () => aClick({ workspaceId, atMs: Date.now() });

test.each([
  ['clicks', 5_000, () => Array.from({ length: 100 }, click)],
  ['roll-ups', 10_000, () => [{ workspaceId }, { workspaceId, recountDay: '20260401' }]],
  ['exports', 5_000, () => [{ workspaceId, jobId: newUuid(), step: 'plan' }]],
  ['dead-letters', 10_000, () => [click(), { workspaceId, jobId: newUuid(), step: 'plan' }, click()]],
])(
  '%s: messages that a stalled table leaves undone are reported before the function is ended',
  async (name, reserveMs, bodies) => {
    const { handler } = (await import(`#functions/workers/${name}/index.ts`)) as {
      handler: Handler<SQSEvent>;
    };
    const event = sqsEvent(bodies());
    const { batchItemFailures } = await inTime(reserveMs, (context) => handler(event, context));
    expect(batchItemFailures).toHaveLength(event.Records.length);
  },
);

test.each([
  ['sweep', 10_000],
  ['roll-ups', 10_000],
])('%s: a run that a stalled table holds up fails before the function is ended', async (name, reserveMs) => {
  const { handler } = (await import(`#functions/schedules/${name}/index.ts`)) as { handler: Handler<object> };
  await expect(inTime(reserveMs, (context) => handler({}, context))).rejects.toThrow('aborted');
});

test('what was reported is recorded, once, when the table answers again', async () => {
  const { handler } = await import('#functions/workers/clicks/index.ts');
  const event = sqsEvent(Array.from({ length: 40 }, click));
  await inTime(5_000, (context) => handler(event, context));
  dynamodb.set('works');
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
});

test.each([
  ['GET', '/api/v1/whoami'],
  ['POST', '/api/exports/jobs'],
])('api: %s %s that a stalled table holds up is 503 before the gateway gives up', async (method, path) => {
  const { handler } = await import('#functions/api/index.ts');
  const headers = { authorization: `Bearer ${apiKey}`, 'x-slugline-edge': 'edge-secret' };
  const answer = await inTime(4_000, (context) => handler(httpEvent({ method, path, headers }), context));
  expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': expect.any(String) } });
});
