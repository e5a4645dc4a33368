import { setTimeout as sleep } from 'node:timers/promises';
import { countRows, exportNow, NOW_LIMITS } from '#shared/exports/engine/export-now.ts';
import { exportKind } from '#shared/exports/kinds/kinds.ts';
import { firstUuidAt } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { openExports, WORKSPACE } from '#test/support/exports.ts';
import { aLink } from '#test/support/links.ts';

const NOW_MS = Date.UTC(2026, 3, 20, 12);
const DAY = { date_from: '2026-04-19', date_to: '2026-04-19' };

/** An engine whose workspace has no end of links; `pages` counts those that were asked for, also the aborted ones. */
function endless() {
  const { tools } = openExports({}, { nowMs: NOW_MS });
  const asked = { pages: 0, aborted: 0 };
  const page: typeof tools.sources.links.page = async ({ signal }) => {
    asked.pages += 1;
    const urlId = firstUuidAt(NOW_MS - 1_000_000 + asked.pages);
    await sleep(1, undefined, { signal }).catch((error: unknown) => {
      asked.aborted += 1;
      throw error;
    });
    return { links: [{ ...aLink(), workspaceId: WORKSPACE, urlId }], next: urlId };
  };
  return {
    asked,
    tools: { ...tools, sources: { ...tools.sources, links: { ...tools.sources.links, page } } },
  };
}

const count = (
  kind: 'analytics' | 'link_catalog',
  body: object,
  tools: Parameters<typeof countRows>[1],
  limitMs: number,
) =>
  countRows(
    { kind, spec: exportKind(kind).schema.parse(body), workspaceId: WORKSPACE, ids: null },
    tools,
    limitMs,
  );

describe('countRows', () => {
  test.each([
    ['while it chooses links', 'analytics', { ...DAY, spaces: ['Marketing'] }],
    ['while it reads rows', 'link_catalog', {}],
  ] as const)('asks for nothing more once its time is over, %s', async (_when, kind, body) => {
    const { asked, tools } = endless();
    expect(await count(kind, body, tools, 400)).toMatchObject({ rows: null });
    const { pages } = asked;
    expect(pages).toBeGreaterThan(2);
    await sleep(60);
    expect(asked.pages).toBe(pages);
    expect(asked.aborted).toBe(1);
  });

  test('counts what there is in time', async () => {
    const clicks = [1, 2, 3].map((hour) =>
      aClick({ workspaceId: WORKSPACE, atMs: Date.UTC(2026, 3, 19, hour) }),
    );
    const { tools } = openExports({ clicks }, { nowMs: NOW_MS });
    expect(await count('analytics', DAY, tools, 1_000)).toEqual({ rows: 3, atLeast: 3 });
  });

  test('a failure is one, and no count that took too long', async () => {
    const { tools } = openExports({}, { nowMs: NOW_MS });
    tools.sources.totals.workspaceDays = () => Promise.reject(new Error('throttled'));
    await expect(count('analytics', DAY, tools, 1_000)).rejects.toThrow('throttled');
  });
});

test('an immediate catalog that has too many rows does not wait for the page ahead', async () => {
  const { asked, tools } = endless();
  const { page } = tools.sources.links;
  tools.sources.links.page = async (request) => {
    const { links, next } = await page(request);
    if (asked.pages > 2) await sleep(60_000, undefined, { signal: request.signal });
    return { links: Array.from({ length: NOW_LIMITS.rows }, () => links[0]!), next };
  };
  const spec = exportKind('link_catalog').schema.parse({});
  expect(await exportNow({ kind: 'link_catalog', spec, workspaceId: WORKSPACE }, tools)).toBeUndefined();
});
