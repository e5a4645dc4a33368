import type { Slug, SlugLink } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import type { Host } from '#shared/workspaces/workspace.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { Recent } from './recent.ts';
import { within } from './within.ts';

type Tools = {
  hosts: Pick<WorkspaceStore, 'findHost'>;
  links: Pick<LinkStore, 'findSlug'>;
  timeouts: {
    /** How long one look-up may take before the answer of the last one is used, ms. */
    knownMs: number;
    /** How long both look-ups together may take where there is none. */
    unknownMs: number;
  };
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
export function slugResolver({ hosts, links, timeouts, remembered, onStale }: Tools): ResolveSlug {
  const knownHosts = new Recent<Host>(remembered);
  const knownSlugs = new Recent<Slug>(remembered);

  const findHost = (host: string) =>
    lastKnown({ known: knownHosts, key: host, timeouts, onStale, find: () => hosts.findHost(host) });
  const findSlug = (domainId: string, shortCode: string, nowMs: number) => {
    const find = () => links.findSlug(domainId, shortCode, nowMs);
    return lastKnown({ known: knownSlugs, key: `${domainId} ${shortCode}`, timeouts, onStale, find });
  };

  const resolve: ResolveSlug = async (hostName, shortCode, nowMs) => {
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

  return async (hostName, shortCode, nowMs) =>
    hostName.length > HOST_LIMIT
      ? undefined
      : within(timeouts.unknownMs, 'the look-ups', () => resolve(hostName, shortCode, nowMs));
}

type LookUp<Value> = Pick<Tools, 'timeouts' | 'onStale'> & {
  known: Recent<Value>;
  key: string;
  find(): Promise<Value | undefined>;
};

/** A look-up that is answered from memory when it fails or takes long. */
async function lastKnown<Value>({
  known,
  key,
  timeouts,
  onStale,
  find,
}: LookUp<Value>): Promise<Value | undefined> {
  const before = known.get(key);
  try {
    const value = await (before === undefined ? find() : within(timeouts.knownMs, 'a look-up', find));
    if (value === undefined) known.delete(key);
    else known.set(key, value);
    return value;
  } catch (error) {
    if (before === undefined) throw error;
    onStale(error);
    return before;
  }
}
