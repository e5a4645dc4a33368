import { firstUuidAt, uuidMs } from '#shared/ids.ts';
import type { Link } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import type { ChosenIds } from '../engine/kind.ts';
import type { TimeRange } from '../jobs/job.ts';
import { readAhead } from './read-ahead.ts';

type Links = Pick<LinkStore, 'page'>;

/** A few hundred kilobytes a page. */
const PAGE_LINKS = 500;

/** An id that no link made before the instant has above it, and none made at it below it. */
const justBefore = (ms: number): string => `${firstUuidAt(ms - 1).slice(0, 14)}7fff-bfff-ffffffffffff`;

export type LinkRange = TimeRange & {
  workspaceId: string;
  order: 'ascending' | 'descending';
  /** Strictly beyond this id. */
  after: string | null;
};

/** Pages of the links whose ids were made in a range of time, both ends included, in the order of their ids. */
export const linkPages = (links: Links, range: LinkRange): AsyncIterable<Link[]> =>
  readAhead(pages(links, range));

async function* pages(
  links: Links,
  { workspaceId, order, fromMs, toMs, after }: LinkRange,
): AsyncGenerator<Link[], void, undefined> {
  const inRange = ({ urlId }: Link) => uuidMs(urlId) >= fromMs && uuidMs(urlId) <= toMs;
  let next: string | undefined =
    after ?? (order === 'ascending' ? justBefore(Math.max(1, fromMs)) : firstUuidAt(toMs + 1));
  while (next !== undefined) {
    const page = await links.page({ workspaceId, order, after: next, limit: PAGE_LINKS });
    const kept = page.links.filter(inRange);
    if (kept.length > 0) yield kept;
    // Ids are ordered by time: the first one beyond the range ends it.
    next = kept.length < page.links.length ? undefined : page.next;
  }
}

/** The ids of the links of a workspace that a test takes, ascending. @param scope.after  strictly beyond this id */
export async function* linkIdPages(
  links: Links,
  scope: { workspaceId: string; after: string | null },
  takes: (link: Link) => boolean,
): AsyncGenerator<ChosenIds, void, undefined> {
  const everything = { ...scope, order: 'ascending', fromMs: 1, toMs: LAST_MS } as const;
  for await (const page of linkPages(links, everything))
    yield { ids: page.filter(takes).map(({ urlId }) => urlId), cursor: page.at(-1)!.urlId };
}

/** The last millisecond that a UUIDv7 can hold but one, so that there is one behind it. */
const LAST_MS = 2 ** 48 - 2;
