import { settleDestination } from './destinations/settle-destination.ts';
import { type Link, type Slug, type SlugLink, type Tombstone, UTM_FIELDS } from './link.ts';
import type { Replay } from './link-store.ts';
import { REPLAY_MS, TOMBSTONE_MS } from './link-store.ts';
import type { RoutingRule } from './rules/routing-rule.ts';
import { rulesIdOf } from './rules/rules-id.ts';

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
  'forwardQuery',
  'routingRules',
] as const satisfies readonly (keyof SlugLink)[];

/** The part of a link that a redirect needs. */
export const slugLinkOf = (link: Link): SlugLink =>
  Object.fromEntries(SLUG_FIELDS.map((field) => [field, link[field]])) as SlugLink;

export const linkItem = (link: Link): LinkItem => ({ ...linkKey(link.workspaceId, link.urlId), ...link });

/** The slug item; it names the item of its rules when these are too large to be read with it each time. */
export function slugItem(link: Link): LinkItem {
  const rulesId = rulesIdOf(link);
  const { routingRules, ...slug } = slugLinkOf(link);
  const rules = rulesId === undefined ? { routingRules } : { rulesId };
  return { ...slugKey(link.domainId, link.shortCode), kind: 'link', ...slug, ...rules };
}

/** How long rules that a link gave up stay: an instance may have read the slug, but not its rules yet. */
const GIVEN_UP_RULES_MS = 86_400_000;

/** In the partition of the slug: who finds a slug finds its rules, and no others. */
export const rulesKey = (domainId: string, shortCode: string, rulesId: string) => ({
  pk: slugKey(domainId, shortCode).pk,
  sk: `rules#${rulesId}`,
});

/** The item of a link's rules, which never changes; undefined when they stand with the slug. */
export function rulesItem(link: Link): LinkItem | undefined {
  const rulesId = rulesIdOf(link);
  if (rulesId === undefined) return undefined;
  return { ...rulesKey(link.domainId, link.shortCode, rulesId), rules: JSON.stringify(link.routingRules) };
}

/** What is left of rules that a link gives up. */
export const givenUpRulesItem = (link: Link, nowMs: number): LinkItem | undefined => {
  const item = rulesItem(link);
  return item && { ...item, ttl: Math.ceil((nowMs + GIVEN_UP_RULES_MS) / 1000) };
};

export const rulesFrom = (item: LinkItem): readonly RoutingRule[] =>
  JSON.parse((item as { rules: string }).rules) as RoutingRule[];

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
  const { pk: _pk, sk: _sk, ...rest } = item;
  const link = rest as Link;
  if ('forwardQuery' in rest) return link;
  // Its redirects put into the destination what it names, and left of the destination's own what it does not.
  const named = UTM_FIELDS.filter((field) => link.utm[field] !== null);
  const utm = Object.fromEntries(named.map((field) => [field, link.utm[field]]));
  return { ...link, ...BEFORE_FORWARDING, ...settleDestination({ ...link, utm }) };
}

/** A slug as stored, which may only name its rules. */
export type StoredSlug = Slug | { kind: 'ruled'; link: Omit<SlugLink, 'routingRules'>; rulesId: string };

/** Links that were stored before links could forward queries say nothing of it, and hold their parameters apart. */
const BEFORE_FORWARDING = { forwardQuery: false };

/** The slug of an item, or undefined when it is a tombstone that no longer holds. */
export function slugFrom(item: LinkItem, nowMs: number): StoredSlug | undefined {
  const { pk: _pk, sk: _sk, kind, ttl: _ttl, rulesId, ...rest } = item;
  const link = { ...BEFORE_FORWARDING, ...rest };
  if (kind === 'link' && typeof rulesId === 'string') {
    return { kind: 'ruled', link: link as Omit<SlugLink, 'routingRules'>, rulesId };
  }
  if (kind === 'link') return { kind, link: link as SlugLink };
  const tombstone = rest as Tombstone;
  return tombstone.heldUntilMs > nowMs ? { kind: 'tombstone', tombstone } : undefined;
}

/** The replay of an idempotency row, or undefined when its 24 hours are over. */
export function replayFrom(item: LinkItem, nowMs: number): Replay | undefined {
  const { pk: _pk, sk: _sk, ttl: _ttl, expiresAtMs, ...replay } = item;
  return (expiresAtMs as number) > nowMs ? (replay as Replay) : undefined;
}
