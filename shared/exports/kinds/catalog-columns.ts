import { canonicalJson } from '#shared/canonical-json.ts';
import type { CatalogColumn } from '#shared/links/catalog/catalog-csv.ts';
import { type Link, linkStatus, shortUrl, type UtmField } from '#shared/links/link.ts';
import type { LinkTotals } from '#shared/roll-ups/totals.ts';
import { type Column, textAt } from '../files/columns.ts';

/** A link with its lifetime clicks and what the file says of the moment it was made for. */
export type CatalogRow = {
  link: Link;
  totals: LinkTotals | undefined;
  /** `status` is what held at this instant. */
  atMs: number;
  shortOrigin: string;
};

const instant = (ms: number): string => new Date(ms).toISOString();
const linkText = (member: keyof Link) => textAt<CatalogRow>('link', member);
const utm = (field: UtmField) => textAt<CatalogRow>('link', 'utm', field);

/**
 * The catalog columns, one row per link, in the order of the contract; those behind `created_at` are written when they
 * are asked for. JSON has its members in order: the table gives them back in any, and a file is the same each time.
 */
export const CATALOG_COLUMNS = {
  url_id: { ...linkText('urlId'), safe: true },
  short_code: linkText('shortCode'),
  short_url: { text: ({ link, shortOrigin }) => shortUrl(shortOrigin, link) },
  domain: { ...linkText('domain'), safe: true },
  destination_url: linkText('destinationUrl'),
  utm_source: utm('source'),
  utm_medium: utm('medium'),
  utm_campaign: utm('campaign'),
  utm_term: utm('term'),
  utm_content: utm('content'),
  custom_query_params: { text: ({ link }) => jsonOf(link.customQueryParams) },
  space: linkText('space'),
  tags: { text: ({ link }) => link.tags.join(',') },
  status: { text: ({ link, atMs }) => linkStatus(link, atMs), safe: true },
  expires_at: {
    text: ({ link }) => (link.expiresAtMs === null ? '' : instant(link.expiresAtMs)),
    safe: true,
  },
  password_protected: {
    text: ({ link }) => String(link.passwordHash !== null),
    json: ({ link }) => link.passwordHash !== null,
    safe: true,
  },
  redirect_status_code: {
    text: ({ link }) => String(link.redirectStatusCode),
    json: ({ link }) => link.redirectStatusCode,
    safe: true,
  },
  clicks: {
    text: ({ totals }) => String(totals?.clicks ?? 0),
    json: ({ totals }) => totals?.clicks ?? 0,
    safe: true,
  },
  created_at: { text: ({ link }) => instant(link.createdAtMs), safe: true },
  title: linkText('title'),
  pass_click_id: {
    text: ({ link }) => String(link.passClickId),
    json: ({ link }) => link.passClickId,
    safe: true,
  },
  forward_query: {
    text: ({ link }) => String(link.forwardQuery),
    json: ({ link }) => link.forwardQuery,
    safe: true,
  },
  routing_rules: {
    text: ({ link }) => (link.routingRules.length === 0 ? '' : canonicalJson(link.routingRules)),
  },
  qr: {
    text: ({ link: { qr } }) =>
      qr === null ? '' : canonicalJson({ preset_id: qr.presetId, style: qr.style }),
  },
  updated_at: { text: ({ link }) => instant(link.updatedAtMs), safe: true },
  type: { ...linkText('type'), safe: true },
} as const satisfies Record<CatalogColumn, Column<CatalogRow>>;

/** Blank for a link without parameters. */
const jsonOf = (params: Record<string, string>): string =>
  Object.keys(params).length === 0 ? '' : JSON.stringify(params);
