import type { RoutingRule } from './rules/routing-rule.ts';

export const UTM_FIELDS = ['source', 'medium', 'campaign', 'term', 'content'] as const;
export type UtmField = (typeof UTM_FIELDS)[number];
export type Utm = Record<UtmField, string | null>;

export const NO_UTM: Utm = { source: null, medium: null, campaign: null, term: null, content: null };

/** The UTM fields of a query as whoever reads it finds them: the first of a name counts, an empty one says nothing. */
export const utmOf = (params: URLSearchParams): Utm =>
  Object.fromEntries(UTM_FIELDS.map((field) => [field, params.get(`utm_${field}`) || null])) as Utm;

/** Characters of a destination as it is given, and of its normal form, which goes out in a header. */
export const MAX_DESTINATION_CHARACTERS = 2_048;

/** A link as stored. `urlId` is a UUIDv7 and permanent; the slug may change. */
export type Link = {
  urlId: string;
  workspaceId: string;
  domainId: string;
  /** The domain's host, without port. */
  domain: string;
  /** The slug. */
  shortCode: string;
  destinationUrl: string;
  title: string | null;
  utm: Utm;
  customQueryParams: Record<string, string>;
  space: string | null;
  tags: readonly string[];
  /** `dynamic` while there are deep-link rules, or because somebody said so. */
  type: 'dynamic' | 'unified';
  /** True when somebody said so: the type stays when deep-link rules go. */
  saidDynamic?: boolean;
  status: 'active' | 'disabled';
  expiresAtMs: number | null;
  /** An argon2id hash in PHC form; never leaves the service. */
  passwordHash: string | null;
  redirectStatusCode: 301 | 302;
  passClickId: boolean;
  /** Redirects hand the visitor's own query on. */
  forwardQuery: boolean;
  routingRules: readonly RoutingRule[];
  qr: { presetId: string | null; style: Record<string, unknown> | null } | null;
  /** Key id of the creator. */
  createdBy: string | null;
  createdAtMs: number;
  updatedAtMs: number;
  /** Counts changes; a change is written only over the version that it was made from. */
  version: number;
};

type Typed = Pick<Link, 'type' | 'saidDynamic' | 'routingRules'>;

/** True for rules with a deep link among them. */
export const leadsIntoApps = (rules: Link['routingRules']): boolean =>
  rules.some(({ actionType }) => actionType === 'deep_link');

/** The link with the type that follows from what was said and from its rules. */
export function withType<T extends Omit<Typed, 'type'>>(link: T): T & Pick<Link, 'type'> {
  return { ...link, type: link.saidDynamic || leadsIntoApps(link.routingRules) ? 'dynamic' : 'unified' };
}

/** What a reader sees: expired wins over disabled. */
export type LinkStatus = 'active' | 'disabled' | 'expired';

export const linkStatus = (link: Pick<Link, 'status' | 'expiresAtMs'>, nowMs: number): LinkStatus =>
  link.expiresAtMs !== null && link.expiresAtMs <= nowMs ? 'expired' : link.status;

/** What the slug item holds: all that a redirect needs, so that it reads one item. */
export type SlugLink = Pick<
  Link,
  | 'urlId'
  | 'workspaceId'
  | 'domainId'
  | 'domain'
  | 'shortCode'
  | 'destinationUrl'
  | 'utm'
  | 'customQueryParams'
  | 'space'
  | 'tags'
  | 'status'
  | 'expiresAtMs'
  | 'passwordHash'
  | 'redirectStatusCode'
  | 'passClickId'
  | 'forwardQuery'
  | 'routingRules'
>;

/** A slug that was given up: held until `heldUntilMs`, except for the link that gave it up. */
export type Tombstone = { urlId: string; workspaceId: string; heldUntilMs: number };

export type Slug = { kind: 'link'; link: SlugLink } | { kind: 'tombstone'; tombstone: Tombstone };

/**
 * The short URL of a slug.
 * @param shortOrigin a pattern with `{domain}` in it, such as `https://{domain}`
 */
export const shortUrl = (shortOrigin: string, link: Pick<Link, 'domain' | 'shortCode'>): string =>
  `${shortOrigin.replace('{domain}', link.domain)}/${link.shortCode}`;
