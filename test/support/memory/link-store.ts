import { type Closure, type DomainClosure, wasMadeSince } from '#shared/domains/domain-closure.ts';
import { uuidMs } from '#shared/ids.ts';
import type { Link, Tombstone } from '#shared/links/link.ts';
import { slugLinkOf } from '#shared/links/link-item.ts';
import {
  type CreateOutcome,
  type Creation,
  type LinkStore,
  type MonthlyQuota,
  REPLAY_MS,
  type Replay,
  TOMBSTONE_MS,
} from '#shared/links/link-store.ts';

type SlugItem = { kind: 'link'; urlId: string; workspaceId: string } | ({ kind: 'tombstone' } & Tombstone);

/** Links in memory; what goes in and comes out are copies, as with a database. */
export function memoryLinkStore(): LinkStore & { closure: DomainClosure } {
  const links = new Map<string, Link>();
  const slugs = new Map<string, SlugItem>();
  const replays = new Map<string, Replay & { expiresAtMs: number }>();
  const used = new Map<string, number>();
  const closures = new Map<string, Closure & { sealed: boolean }>();
  const closureOf = (domainId: string, nowMs: number) => {
    const closure = closures.get(domainId);
    return closure && closure.untilMs > nowMs ? closure : undefined;
  };

  const ofWorkspace = (workspaceId: string, urlId: string) => {
    const link = links.get(urlId);
    return link?.workspaceId === workspaceId ? structuredClone(link) : undefined;
  };
  const isFree = ({ domainId, shortCode, urlId }: Link, nowMs: number) => {
    const slug = slugs.get(slugName(domainId, shortCode));
    if (slug === undefined) return true;
    return slug.kind === 'tombstone' && (slug.heldUntilMs <= nowMs || slug.urlId === urlId);
  };
  const write = (link: Link) => {
    links.set(link.urlId, structuredClone(link));
    const { urlId, workspaceId } = link;
    slugs.set(slugName(link.domainId, link.shortCode), { kind: 'link', urlId, workspaceId });
  };
  const bury = ({ domainId, shortCode, urlId, workspaceId }: Link, nowMs: number) =>
    slugs.set(slugName(domainId, shortCode), {
      kind: 'tombstone',
      urlId,
      workspaceId,
      heldUntilMs: nowMs + TOMBSTONE_MS,
    });
  const findReplay = (workspaceId: string, hash: string, nowMs: number) => {
    const replay = replays.get(`${workspaceId}#${hash}`);
    return replay && replay.expiresAtMs > nowMs ? replay : undefined;
  };

  const createOne = ({ link, key }: Creation, quota: MonthlyQuota | undefined): CreateOutcome => {
    if (key && findReplay(link.workspaceId, key.hash, link.createdAtMs)) return 'key_used';
    if (closureOf(link.domainId, link.createdAtMs)) return 'domain_closed';
    if (!isFree(link, link.createdAtMs)) return 'slug_taken';
    const counter = quota && `${quota.workspaceId}#${quota.month}`;
    const before = used.get(counter ?? '') ?? 0;
    if (quota && before >= quota.links) return 'quota_exceeded';
    if (counter) used.set(counter, before + 1);
    const expiresAtMs = link.createdAtMs + REPLAY_MS;
    if (key) replays.set(`${link.workspaceId}#${key.hash}`, { ...key.replay, expiresAtMs });
    write(link);
    return 'created';
  };

  const closure: DomainClosure = {
    close: async (wanted) => {
      const closed = closureOf(wanted.domainId, wanted.nowMs);
      if (closed) return closed.sealed ? 'sealed' : 'busy';
      closures.set(wanted.domainId, { ...wanted, sealed: false });
      return 'closed';
    },
    seal: async (wanted) => {
      if (closureOf(wanted.domainId, wanted.nowMs)?.token !== wanted.token) return false;
      closures.set(wanted.domainId, { ...wanted, sealed: true });
      return true;
    },
    reopen: async ({ domainId, token }) => {
      if (closures.get(domainId)?.token === token) closures.delete(domainId);
    },
    hasLinks: async ({ workspaceId, domainId, sinceMs }, isLate) =>
      isLate()
        ? undefined
        : [...links.values()].some(
            (link) =>
              link.workspaceId === workspaceId &&
              link.domainId === domainId &&
              wasMadeSince(link.urlId, sinceMs),
          ),
  };

  return {
    closure,
    create: async (link) => createOne({ link }, undefined) as 'created' | 'slug_taken' | 'domain_closed',
    createMany: async (creations, quota) => {
      refuseRepeats(creations);
      return creations.map((creation) => createOne(creation, quota));
    },
    findReplays: async (workspaceId, hashes, nowMs) => {
      const found = new Map<string, Replay>();
      for (const hash of hashes) {
        const replay = findReplay(workspaceId, hash, nowMs);
        if (!replay) continue;
        const { expiresAtMs: _expiresAtMs, ...rest } = replay;
        found.set(hash, rest);
      }
      return found;
    },
    find: async (workspaceId, urlId) => ofWorkspace(workspaceId, urlId),
    findMany: async (workspaceId, urlIds) => {
      const found = urlIds.map((urlId) => ofWorkspace(workspaceId, urlId));
      return new Map(found.filter((link) => link !== undefined).map((link) => [link.urlId, link]));
    },
    findSlug: async (domainId, shortCode, nowMs) => {
      const slug = slugs.get(slugName(domainId, shortCode));
      if (slug?.kind === 'link') {
        return { kind: 'link', link: structuredClone(slugLinkOf(links.get(slug.urlId)!)) };
      }
      if (slug === undefined || slug.heldUntilMs <= nowMs) return undefined;
      const { kind, ...tombstone } = slug;
      return { kind, tombstone };
    },
    replace: async (before, changed) => {
      const after = { ...changed, version: before.version + 1 };
      if (links.get(before.urlId)?.version !== before.version) return 'changed';
      const renamed = before.shortCode !== after.shortCode;
      if (renamed && !isFree(after, after.updatedAtMs)) return 'slug_taken';
      if (renamed) bury(before, after.updatedAtMs);
      write(after);
      return 'replaced';
    },
    remove: async (link, nowMs) => {
      if (links.get(link.urlId)?.version !== link.version) return 'changed';
      links.delete(link.urlId);
      bury(link, nowMs);
      return 'removed';
    },
    page: async ({ workspaceId, order, after, createdUntilMs, limit }) => {
      const sign = order === 'ascending' ? 1 : -1;
      const matching = [...links.values()]
        .filter((link) => link.workspaceId === workspaceId)
        .filter((link) => createdUntilMs === undefined || uuidMs(link.urlId) <= createdUntilMs)
        .filter((link) => after === undefined || sign * compare(link.urlId, after) > 0)
        .sort((a, b) => sign * compare(a.urlId, b.urlId));
      const page = structuredClone(matching.slice(0, limit));
      return { links: page, next: matching.length > limit ? (page.at(-1)?.urlId ?? after) : undefined };
    },
  };
}

/** A transaction takes no item twice. */
function refuseRepeats(creations: readonly Creation[]): void {
  const names = creations.flatMap(({ link, key }) => [
    slugName(link.domainId, link.shortCode),
    ...(key ? [`key ${key.hash}`] : []),
  ]);
  if (new Set(names).size < names.length) throw new Error('a slug or key stands twice in one transaction');
}

const slugName = (domainId: string, shortCode: string): string => `${domainId}#${shortCode}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
