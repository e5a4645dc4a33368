import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, type Target, until } from '#bin/demo/client.ts';
import { runExport } from '#bin/demo/exports.ts';
import { createLinks, type DemoLink, type Visits, visit } from '#bin/demo/traffic.ts';
import { verifyAnalytics, verifyCatalog } from '#bin/demo/verify.ts';
import { startTestStack } from '#test/support/local-stack.ts';

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const RANGE = { date_from: day(Date.now() - 86_400_000), date_to: day(Date.now()) };

describe('the main job, on the local stack', () => {
  let stack: Awaited<ReturnType<typeof startTestStack>>;
  let target: Target;
  let out: string;
  let links: DemoLink[];
  let visits: Visits;

  beforeAll(async () => {
    stack = await startTestStack();
    target = stack;
    out = mkdtempSync(join(tmpdir(), 'slugline-files-'));
    links = await createLinks(target, 20);
    visits = await visit(links, 200);
    await countedClicks(200);
  }, 120_000);

  afterAll(async () => {
    await stack?.stop();
    if (out) rmSync(out, { recursive: true, force: true });
  });

  /** Waits until the exports would see so many clicks. */
  const countedClicks = (wanted: number) =>
    until(
      'recorded clicks',
      () => call<{ rows: number }>(target, 'POST', '/api/exports/count', { type: 'analytics', ...RANGE }),
      ({ rows }) => rows >= wanted,
      60_000,
    );

  test('every redirect is a row of the analytics export', async () => {
    const { path, rows } = await runExport(
      target,
      { type: 'analytics', ...RANGE },
      join(out, 'analytics.csv'),
    );
    expect(rows).toBe(200);
    expect(verifyAnalytics(path, visits)).toEqual([]);
  }, 90_000);

  test('every link is a row of the catalog with its clicks', async () => {
    await until(
      'roll-ups',
      () => call<{ links: { clicks: number }[] }>(target, 'GET', '/api/v1/links?limit=100'),
      ({ links: listed }) => listed.reduce((sum, { clicks }) => sum + clicks, 0) === 200,
      60_000,
    );
    const { path } = await runExport(target, { type: 'link_catalog' }, join(out, 'catalog.csv'));
    expect(verifyCatalog(path, links, visits)).toEqual([]);
  }, 90_000);

  test('a wrong or missing key is 401, and a job of another workspace 404', async () => {
    const ask = (path: string, headers: Record<string, string>) =>
      fetch(new URL(path, target.apiUrl), { headers });
    expect((await ask('/api/v1/links', {})).status).toBe(401);
    const forged = target.apiKey.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await ask('/api/v1/links', { authorization: `Bearer ${forged}` })).status).toBe(401);
    const foreign = await ask('/api/exports/jobs/0190f3c8-0000-7000-8000-000000000000', {
      authorization: `Bearer ${target.apiKey}`,
    });
    expect(foreign.status).toBe(404);
  });

  test('the description of the API is served from the route table', async () => {
    const response = await fetch(new URL('/api/openapi.json', target.apiUrl));
    const document = (await response.json()) as { openapi: string; paths: Record<string, unknown> };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/shorten', '/api/exports/jobs']),
    );
  });

  describe('the streamed events', () => {
    const events = (query: string) =>
      fetch(new URL(`/link/external/v1/analytics/events/export?${query}`, target.apiUrl), {
        headers: { 'x-api-key': target.apiKey },
      });
    const range = `from=${RANGE.date_from}&to=${RANGE.date_to}`;

    test('hold every recorded click, as NDJSON and as CSV', async () => {
      const lines = (await (await events(range)).text()).trimEnd().split('\n');
      const ids = new Set(lines.map((line) => (JSON.parse(line) as { eventId: string }).eventId));
      expect([lines.length, ids.size]).toEqual([200, 200]);
      const csv = await events(`${range}&format=csv`);
      expect(csv.headers.get('content-type')).toMatch('text/csv');
      expect((await csv.text()).trimEnd().split('\r\n')).toHaveLength(201);
    });

    test('refuse a sync, and a sixth request within the minute, in the words of their dialect', async () => {
      expect(await (await events(`${range}&since=2026-01-01T00:00:00Z`)).json()).toMatchObject({
        errors: [{ code: 'VE001' }],
      });
      const answers = await Promise.all(Array.from({ length: 6 }, () => events(range)));
      const refused = answers.find(({ status }) => status === 429);
      expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await refused?.json()).toMatchObject({
        errors: [{ code: 'SML005', details: { kind: 'rate_limit_exceeded', limitPerMin: 5 } }],
      });
    });
  });
});
