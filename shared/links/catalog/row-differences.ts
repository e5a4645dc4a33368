import { canonicalJson } from '#shared/canonical-json.ts';
import { type Destination, settleDestination } from '../destinations/settle-destination.ts';
import type { LinkInput } from '../draft-link.ts';
import { type Link, linkStatus, type UtmField, withType } from '../link.ts';
import type { CatalogCells, CatalogColumn } from './catalog-csv.ts';
import type { CatalogLink } from './catalog-row.ts';

type Compared = { said: CatalogLink; link: Link; nowMs: number };
type Settled = Compared & { settled: Destination };

const alike = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

const member =
  <K extends keyof LinkInput & keyof Link>(name: K, none: Link[K]) =>
  ({ said, link }: Compared): boolean =>
    alike(said.input[name] ?? none, link[name]);

const utm =
  (field: UtmField) =>
  ({ settled, link }: Settled): boolean =>
    settled.utm[field] === link.utm[field];

/** As import made it of a protected one, or as that was: with its password, whatever that is. */
const isProtectedAlike = ({ said, link }: Compared): boolean =>
  said.wasProtected ? link.passwordHash !== null || link.status === 'disabled' : link.passwordHash === null;

/** A link may have expired since the file was written; and import has disabled it if it lost its password on the way. */
const isStatusAlike = ({ said: { status, wasProtected }, link, nowMs }: Compared): boolean =>
  status === undefined ||
  status === link.status ||
  status === linkStatus(link, nowMs) ||
  (wasProtected && link.status === 'disabled');

/** Whether a link is as a column says. Ids, URLs, clicks and times of change say nothing about what it is. */
const SAME: Partial<Record<CatalogColumn, (compared: Settled) => boolean>> = {
  destination_url: ({ settled, link }) => settled.destinationUrl === link.destinationUrl,
  utm_source: utm('source'),
  utm_medium: utm('medium'),
  utm_campaign: utm('campaign'),
  utm_term: utm('term'),
  utm_content: utm('content'),
  custom_query_params: ({ settled, link }) => alike(settled.customQueryParams, link.customQueryParams),
  space: member('space', null),
  tags: member('tags', []),
  status: isStatusAlike,
  expires_at: member('expiresAtMs', null),
  password_protected: isProtectedAlike,
  redirect_status_code: member('redirectStatusCode', 302),
  title: member('title', null),
  pass_click_id: member('passClickId', false),
  forward_query: member('forwardQuery', false),
  routing_rules: member('routingRules', []),
  qr: ({ said, link }) => alike(said.input.qr?.style ?? null, link.qr?.style ?? null),
  type: ({ said: { input }, link }) =>
    withType({ saidDynamic: input.type === 'dynamic', routingRules: link.routingRules }).type === link.type,
};

/** The columns of a row in which a link differs from it. What the row does not say, it does not differ in. */
export function rowDifferences(cells: CatalogCells, compared: Compared): CatalogColumn[] {
  const columns = Object.keys(cells) as CatalogColumn[];
  const { input } = compared.said;
  const settled = settleDestination({ ...input, customQueryParams: input.customQueryParams ?? {} });
  return columns.filter((column) => SAME[column]?.({ ...compared, settled }) === false);
}
