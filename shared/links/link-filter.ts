import { type Link, type LinkStatus, linkStatus } from './link.ts';

/** Which links to take; absent members take all. */
export type LinkFilter = {
  space?: string | undefined;
  tag?: string | undefined;
  /** Host. */
  domain?: string | undefined;
  status?: LinkStatus | undefined;
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
  const { space, tag, domain, status, createdFromMs, createdBeforeMs } = filter;
  const search = filter.search?.toLowerCase();
  if (space !== undefined) tests.push((link) => link.space === space);
  if (tag !== undefined) tests.push((link) => link.tags.includes(tag));
  if (domain !== undefined) tests.push((link) => link.domain === domain);
  if (status !== undefined) tests.push((link) => linkStatus(link, nowMs) === status);
  if (createdFromMs !== undefined) tests.push((link) => link.createdAtMs >= createdFromMs);
  if (createdBeforeMs !== undefined) tests.push((link) => link.createdAtMs < createdBeforeMs);
  if (search !== undefined) {
    const holds = (text: string | null) => text?.toLowerCase().includes(search) ?? false;
    tests.push(({ title, shortCode, destinationUrl }) => [title, shortCode, destinationUrl].some(holds));
  }
  return (link) => tests.every((test) => test(link));
}
