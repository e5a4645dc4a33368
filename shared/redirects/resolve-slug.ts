import type { Slug, SlugLink } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import type { Host } from '#shared/workspaces/workspace.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { Recent } from './recent.ts';
import { within } from './within.ts';

type Tools = {
  hosts: Pick<WorkspaceStore, 'findHost'>;
  links: Pick<LinkStore, 'findSlug'>;
  /** How long one look-up may take before the answer of the last one is used, ms. */
  timeoutMs: number;
  /** How many hosts and how many slugs are remembered. */
  remembered: number;
  onStale(error: unknown): void;
};

/** DNS allows no longer names; what is longer than a key may be would look like an outage. */
const HOST_LIMIT = 253;

/** The link behind a slug of a host; undefined when there is none. @throws when neither table nor memory knows */
export type ResolveSlug = (host: string, shortCode: string, nowMs: number) => Promise<SlugLink | undefined>;

/**
 * Looks hosts and slugs up in their tables, each time. What was found is remembered for the time in which a table does
 * not answer, and for that time only: a table's "no such slug" is taken at once.
 */
export function slugResolver({ hosts, links, timeoutMs, remembered, onStale }: Tools): ResolveSlug {
  const knownHosts = new Recent<Host>(remembered);
  const knownSlugs = new Recent<Slug>(remembered);

  const findHost = lastKnown(knownHosts, onStale, (host: string) =>
    within(timeoutMs, 'the host look-up', hosts.findHost(host)),
  );
  const findSlug = (domainId: string, shortCode: string, nowMs: number) =>
    lastKnown(knownSlugs, onStale, () =>
      within(timeoutMs, 'the slug look-up', links.findSlug(domainId, shortCode, nowMs)),
    )(`${domainId} ${shortCode}`);

  return async (hostName, shortCode, nowMs) => {
    if (hostName.length > HOST_LIMIT) return undefined;
    // A known host nearly always leads where it led before, so both look-ups run at once.
    const expected = knownHosts.get(hostName)?.domainId;
    const early = expected === undefined ? undefined : findSlug(expected, shortCode, nowMs);
    early?.catch(() => {});
    const host = await findHost(hostName);
    if (host === undefined || host.status !== 'ready') return undefined;
    const slug = await (early !== undefined && host.domainId === expected
      ? early
      : findSlug(host.domainId, shortCode, nowMs));
    return slug?.kind === 'link' ? slug.link : undefined;
  };
}

/** A look-up that answers from memory while it fails. */
const lastKnown =
  <Value>(
    known: Recent<Value>,
    onStale: (error: unknown) => void,
    find: (key: string) => Promise<Value | undefined>,
  ) =>
  async (key: string): Promise<Value | undefined> => {
    try {
      const value = await find(key);
      if (value === undefined) known.delete(key);
      else known.set(key, value);
      return value;
    } catch (error) {
      const value = known.get(key);
      if (value === undefined) throw error;
      onStale(error);
      return value;
    }
  };
