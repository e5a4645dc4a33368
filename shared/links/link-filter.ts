import { type Link, type LinkStatus, linkStatus } from './link.ts';

/** One wanted value, or several of which any will do. */
type Wanted<T extends string = string> = T | readonly T[] | undefined;

/** Which links to take; absent members take all. */
export type LinkFilter = {
  space?: Wanted;
  /** One of a link's tags is enough. */
  tag?: Wanted;
  /** Host. */
  domain?: Wanted;
  status?: Wanted<LinkStatus>;
  /** Part of title, slug or destination, in any case. */
  search?: string | undefined;
  /** Included. */
  createdFromMs?: number | undefined;
  /** Excluded. */
  createdBeforeMs?: number | undefined;
};

/** True for links that a filter takes. @param nowMs  decides what has expired */
export function linkMatcher(filter: LinkFilter, nowMs: number): (link: Link) => boolean {
  const tests: ((link: Link) => boolean)[] = [];
  const { createdFromMs, createdBeforeMs } = filter;
  const [spaces, tags, domains, statuses] = [filter.space, filter.tag, filter.domain, filter.status].map(
    setOf,
  );
  const search = filter.search?.toLowerCase();
  if (spaces) tests.push(({ space }) => space !== null && spaces.has(space));
  if (tags) tests.push((link) => link.tags.some((tag) => tags.has(tag)));
  if (domains) tests.push(({ domain }) => domains.has(domain));
  if (statuses) tests.push((link) => statuses.has(linkStatus(link, nowMs)));
  if (createdFromMs !== undefined) tests.push((link) => link.createdAtMs >= createdFromMs);
  if (createdBeforeMs !== undefined) tests.push((link) => link.createdAtMs < createdBeforeMs);
  if (search !== undefined) {
    const holds = (text: string | null) => text?.toLowerCase().includes(search) ?? false;
    tests.push(({ title, shortCode, destinationUrl }) => [title, shortCode, destinationUrl].some(holds));
  }
  return (link) => tests.every((test) => test(link));
}

const setOf = (wanted: Wanted): ReadonlySet<string> | undefined =>
  wanted === undefined ? undefined : new Set([wanted].flat());
