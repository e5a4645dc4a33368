import type { Link } from '#shared/links/link.ts';
import type { LinkTotals, TotalsReader } from '#shared/roll-ups/totals.ts';

/** A page of links, and the totals of those that have any. */
export type LinksWithTotals = { page: Link[]; totals: Map<string, LinkTotals> };

type Join = (
  pages: AsyncIterable<Link[]>,
  workspaceId: string,
  totals: Pick<TotalsReader, 'read' | 'findMany'>,
) => AsyncGenerator<LinksWithTotals, void, undefined>;

/** Totals page by page, looked up: for links in another order than the totals are stored in. */
export const lookUpTotals: Join = async function* (pages, workspaceId, totals) {
  for await (const page of pages) {
    const ids = page.map(({ urlId }) => urlId);
    yield { page, totals: await totals.findMany(workspaceId, ids) };
  }
};

/** Totals by a merge join, for links by ascending id: both sides are read once, and let go of together. */
export const mergeTotals: Join = async function* (pages, workspaceId, totals) {
  let batches: AsyncIterator<LinkTotals[]> | undefined;
  let batch: LinkTotals[] = [];
  let at = 0;
  try {
    for await (const page of pages) {
      const found = new Map<string, LinkTotals>();
      const last = page.at(-1)!.urlId;
      // Nothing before the first link of the first page can be joined.
      batches ??= totals.read(workspaceId, beforeId(page[0]!.urlId))[Symbol.asyncIterator]();
      for (;;) {
        for (; at < batch.length && batch[at]!.urlId <= last; at += 1)
          found.set(batch[at]!.urlId, batch[at]!);
        if (at < batch.length) break;
        const { done, value } = await batches.next();
        if (done) break;
        batch = value;
        at = 0;
      }
      yield { page, totals: found };
    }
  } finally {
    await batches?.return?.();
  }
};

/** An id below a given one with nothing in between: its last character is lowered, `~` fills what is lost. */
const beforeId = (urlId: string): string =>
  `${urlId.slice(0, -1)}${String.fromCharCode(urlId.charCodeAt(urlId.length - 1) - 1)}~`;
