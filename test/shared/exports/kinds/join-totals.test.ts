import { lookUpTotals, mergeTotals } from '#shared/exports/kinds/join-totals.ts';
import type { Link } from '#shared/links/link.ts';
import { type LinkTotals, noTotals } from '#shared/roll-ups/totals.ts';
import { aLink } from '#test/support/links.ts';

const ids = Array.from({ length: 40 }, (_, at) => `0196f000-0000-7000-8000-0000000000${String(at + 10)}`);
const totals: LinkTotals[] = ids
  .filter((_, at) => at % 3 !== 0)
  .map((urlId, at) => ({ ...noTotals(urlId), clicks: at + 1 }));

/** Both sides of the join, and which of them somebody still reads. */
function sides() {
  const open = new Set<string>();
  async function* watched<T>(name: string, elements: readonly T[], size: number) {
    open.add(name);
    try {
      for (let at = 0; at < elements.length; at += size) yield elements.slice(at, at + size);
    } finally {
      open.delete(name);
    }
  }
  const links: Link[] = ids.map((urlId) => ({ ...aLink(), urlId }));
  return {
    open,
    pages: watched('links', links, 7),
    totals: {
      read: (_: string, after = '') =>
        watched(
          'totals',
          totals.filter(({ urlId }) => urlId > after),
          3,
        ),
      findMany: async (_: string, urlIds: readonly string[]) =>
        new Map(totals.filter(({ urlId }) => urlIds.includes(urlId)).map((entry) => [entry.urlId, entry])),
    },
  };
}

describe.each([
  ['merged', mergeTotals],
  ['looked up', lookUpTotals],
])('totals that are %s', (_how, join) => {
  test('stand with their links, every one', async () => {
    const { pages, totals: right, open } = sides();
    const joined = await Array.fromAsync(join(pages, 'w', right));
    expect(joined.flatMap(({ page }) => page.map(({ urlId }) => urlId))).toEqual(ids);
    expect(joined.flatMap(({ totals: found }) => [...found.values()])).toEqual(totals);
    expect(open.size).toBe(0);
  });

  test('are let go of when nobody reads on, as the links are', async () => {
    const { pages, totals: right, open } = sides();
    for await (const _page of join(pages, 'w', right)) break;
    expect([...open]).toEqual([]);
  });
});
