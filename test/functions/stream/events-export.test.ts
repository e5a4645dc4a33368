import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ChainTools, createApi } from '#functions/http/app.ts';
import { answerWithin, type InTime } from '#functions/http/in-time.ts';
import { eventsExportRoutes, type StreamTools } from '#functions/stream/events-export.ts';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import { aClick } from '#test/support/clicks.ts';
import { clicksOf, totalsOf, WORKSPACE } from '#test/support/exports.ts';
import { httpEvent, lambdaContext } from '#test/support/http-event.ts';

const NOW_MS = Date.UTC(2025, 11, 28);
const CLICKS = Array.from({ length: 20 }, (_, n) =>
  aClick({ workspaceId: WORKSPACE, clickId: `01KB4X${String(n).padStart(20, '0')}`, shortCode: `c${n}` }),
);
const PATH = '/link/external/v1/analytics/events/export';

const principal = {
  workspace: { workspaceId: WORKSPACE, plan: 'enterprise', status: 'active' },
  scopes: new Set(['analytics:read']),
  via: 'key',
  keyId: 'key1',
  email: null,
};

/** @param read  in place of the reader of clicks */
async function call(
  options: { read?: StreamTools['clicks']['read']; format?: string; method?: string; inTime?: InTime } = {},
) {
  const { read = clicksOf(CLICKS).read, format = 'csv', method = 'GET', ...more } = options;
  const chain = {
    edgeSecrets: ['edge-secret'],
    allowedOrigins: new Set(),
    scheme: 'https',
    authenticate: async () => principal,
    limitRequests: async () => ({}),
    log: { info: () => undefined, error: () => undefined },
    now: () => NOW_MS,
  } as unknown as ChainTools;
  const tools = {
    now: () => NOW_MS,
    clicks: { read },
    totals: totalsOf([], CLICKS),
  } as unknown as StreamTools;
  const query = `from=2025-11-01&to=2025-12-27&format=${format}`;
  const event = httpEvent({ method, path: PATH, query, headers: { 'x-slugline-edge': 'edge-secret' } });
  return createApi('stream', eventsExportRoutes, tools, chain, more)(event, lambdaContext);
}

async function* failing(): AsyncGenerator<RawClick[]> {
  yield* [];
  throw throttled();
}

const throttled = () => Object.assign(new Error('slower, secret-table'), { name: 'ThrottlingException' });

test('a table that does not answer is 503 while somebody still listens', async () => {
  const hangs = async function* (): AsyncGenerator<RawClick[]> {
    yield* [];
    await new Promise(() => undefined);
  };
  const beganMs = performance.now();
  const answer = await call({ read: hangs, inTime: answerWithin(200, 0) });
  expect(performance.now() - beganMs).toBeLessThan(3_000);
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toMatchObject({ 'retry-after': '5' });
});

test('a table that throttles from the first read on is 503 and when to come again, not a 200 that breaks', async () => {
  const answer = await call({ read: failing });
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toMatchObject({ 'retry-after': '5' });
  expect(String(answer.body)).not.toContain('secret-table');
});

test('a read that fails in mid-file breaks the answer: it never ends cleanly', async () => {
  const answer = await call({
    async *read(range) {
      for await (const batch of clicksOf(CLICKS).read(range)) {
        yield batch;
        throw throttled();
      }
    },
  });
  expect(answer.statusCode).toBe(200);
  await expect(text(answer.body as unknown as Readable)).rejects.toThrow('slower');
});

test.each([
  ['csv', CLICKS.length + 1],
  ['json', CLICKS.length],
])('all events come as %s, behind one header at most', async (format, lines) => {
  const body = await text((await call({ format })).body as unknown as Readable);
  expect(body.trimEnd().split('\n')).toHaveLength(lines);
});

test('a range without events is the header alone', async () => {
  const none = async function* (): AsyncGenerator<RawClick[]> {};
  const body = await text((await call({ read: none })).body as unknown as Readable);
  expect(body).toMatch(/^eventId,[^\n]*\r\n$/);
});

test('HEAD lets go of what it began to read', async () => {
  let closed = 0;
  const answer = await call({
    method: 'HEAD',
    async *read(range) {
      try {
        yield* clicksOf(CLICKS).read(range);
      } finally {
        closed += 1;
      }
    },
  });
  expect(answer).toMatchObject({ statusCode: 200, body: '' });
  await new Promise(setImmediate);
  expect(closed).toBe(1);
});
