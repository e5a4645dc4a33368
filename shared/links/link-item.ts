import type { Link, Slug, SlugLink, Tombstone } from './link.ts';
import type { Replay } from './link-store.ts';
import { REPLAY_MS, TOMBSTONE_MS } from './link-store.ts';

/** An item of the links table in document form. */
export type LinkItem = Record<string, unknown>;

export const workspaceKey = (workspaceId: string): string => `workspace#${workspaceId}`;

export const linkKey = (workspaceId: string, urlId: string) => ({
  pk: workspaceKey(workspaceId),
  sk: `link#${urlId}`,
});

export const slugKey = (domainId: string, shortCode: string) => ({
  pk: `slug#${domainId}#${shortCode}`,
  sk: 'slug',
});

export const replayKey = (workspaceId: string, hash: string) => ({
  pk: workspaceKey(workspaceId),
  sk: `idempotency#${hash}`,
});

const SLUG_FIELDS = [
  'urlId',
  'workspaceId',
  'domainId',
  'domain',
  'shortCode',
  'destinationUrl',
  'utm',
  'customQueryParams',
  'space',
  'tags',
  'status',
  'expiresAtMs',
  'passwordHash',
  'redirectStatusCode',
  'passClickId',
  'routingRules',
] as const satisfies readonly (keyof SlugLink)[];

/** The part of a link that a redirect needs. */
export const slugLinkOf = (link: Link): SlugLink =>
  Object.fromEntries(SLUG_FIELDS.map((field) => [field, link[field]])) as SlugLink;

export const linkItem = (link: Link): LinkItem => ({ ...linkKey(link.workspaceId, link.urlId), ...link });

export const slugItem = (link: Link): LinkItem => ({
  ...slugKey(link.domainId, link.shortCode),
  kind: 'link',
  ...slugLinkOf(link),
});

/** What is left of the slug that a link gives up. The table's own expiry only cleans up: it may come days late. */
export const tombstoneItem = (link: Link, nowMs: number): LinkItem => ({
  ...slugKey(link.domainId, link.shortCode),
  kind: 'tombstone',
  urlId: link.urlId,
  workspaceId: link.workspaceId,
  heldUntilMs: nowMs + TOMBSTONE_MS,
  ttl: Math.ceil((nowMs + TOMBSTONE_MS) / 1000),
});

export const replayItem = (workspaceId: string, hash: string, replay: Replay, nowMs: number): LinkItem => ({
  ...replayKey(workspaceId, hash),
  ...replay,
  expiresAtMs: nowMs + REPLAY_MS,
  ttl: Math.ceil((nowMs + REPLAY_MS) / 1000),
});

export function linkFrom(item: LinkItem): Link {
  const { pk: _pk, sk: _sk, ...link } = item;
  return link as Link;
}

/** The slug of an item, or undefined when it is a tombstone that no longer holds. */
export function slugFrom(item: LinkItem, nowMs: number): Slug | undefined {
  const { pk: _pk, sk: _sk, kind, ttl: _ttl, ...rest } = item;
  if (kind === 'link') return { kind, link: rest as SlugLink };
  const tombstone = rest as Tombstone;
  return tombstone.heldUntilMs > nowMs ? { kind: 'tombstone', tombstone } : undefined;
}

/** The replay of an idempotency row, or undefined when its 24 hours are over. */
export function replayFrom(item: LinkItem, nowMs: number): Replay | undefined {
  const { pk: _pk, sk: _sk, ttl: _ttl, expiresAtMs, ...replay } = item;
  return (expiresAtMs as number) > nowMs ? (replay as Replay) : undefined;
}
