import { domainProblem } from '#shared/domains/usable-domain.ts';
import type { OwnHosts } from '#shared/links/destinations/own-hosts.ts';
import { Problem } from '#shared/problem.ts';
import type { Domain, Workspace } from '#shared/workspaces/workspace.ts';
import type { LinkResult } from '../create-links.ts';
import { draftLink } from '../draft-link.ts';
import type { Link } from '../link.ts';
import { type CheckedQr, type QrCheck, requireRules } from '../link-features.ts';
import type { CatalogCells, CatalogRow } from './catalog-csv.ts';
import { type CatalogLink, catalogLink } from './catalog-row.ts';

/** A row of an import, and what has become of it so far. */
export type TriedRow = {
  row: CatalogRow;
  /** What the row describes, and where; absent when it cannot be read. */
  said?: CatalogLink;
  domain?: Domain | undefined;
  /** What the new link will not be as the row says. */
  notes: string[];
  /** `in_place`: the link that the row describes is there already. */
  result?: LinkResult | { kind: 'in_place'; urlId: string };
};

/** `domainId`: takes the rows that name no domain of the workspace. */
type DraftRequest = { workspace: Workspace; createdBy: string | null; domainId?: string | undefined };

export type DraftContext = {
  request: DraftRequest;
  domains: ReadonlyMap<string, Domain>;
  /** Takes rows without a domain. */
  defaultDomain: Domain | undefined;
  hosts: OwnHosts;
  now(): number;
  newId(): string;
  newSlug(): string;
  checkQr: QrCheck;
};

/** The link that a row is to become, or why it cannot. */
export async function draftRow(entry: TriedRow, context: DraftContext): Promise<Link | Problem> {
  const { row } = entry;
  if (row.fault !== undefined) return new Problem('invalid_request', row.fault);
  try {
    entry.domain = namedDomain(row.cells, context);
    entry.said = catalogLink(row.cells, context.now());
    const domain = requireUsable(entry.domain, row.cells);
    const { input, wasProtected } = entry.said;
    if (wasProtected) entry.notes.push(NO_PASSWORD);
    if (input.expiresAtMs === null && domain.policy.expirationRequired) throw expirationRequired(domain);
    if (input.routingRules?.length) requireRules(context.request.workspace, 'routing_rules');
    const fields = { destination: 'destination_url', slug: 'short_code', rules: 'routing_rules' };
    const { createdBy } = context.request;
    // First of all that is waited for, so that links sort as their rows.
    const link = await draftLink(input, { ...context, domain, createdBy, fields });
    const qr = await importedQr(entry, context);
    if (qr === null) return link;
    // As it is kept, so that it is told from another link's by what it is, not by how it was written.
    entry.said = { ...entry.said, input: { ...input, qr: qr.qr } };
    entry.notes.push(...qr.warnings.map(({ message }) => message));
    return { ...link, qr: qr.qr };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

const NO_PASSWORD = 'passwords do not travel: the link is disabled until you set one and activate it';
const NO_PRESET = 'its QR preset is none of this workspace: the link has none';
const NO_LOGO = 'the logo of its QR style is none of this workspace: the link has none';

/** The QR state of a row, without a preset and a logo that are not of this workspace. */
async function importedQr(
  { said, notes }: TriedRow,
  { checkQr }: Pick<DraftContext, 'checkQr'>,
): Promise<CheckedQr | null> {
  let qr = said?.input.qr ?? null;
  while (qr !== null) {
    try {
      return await checkQr(qr, { field: 'qr', where: 'row' });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'not_found') throw error;
      const ours = withoutForeign(qr, error.field);
      if (ours === undefined) throw error;
      qr = ours.qr;
      notes.push(ours.note);
    }
  }
  return null;
}

type Qr = NonNullable<Link['qr']>;

/** @param missing  the field that names what is not there */
function withoutForeign(
  { presetId, style }: Qr,
  missing: string | undefined,
): { qr: Qr; note: string } | undefined {
  if (presetId !== null && missing === 'qr.preset_id')
    return { qr: { presetId: null, style }, note: NO_PRESET };
  if (!style?.logo) return undefined;
  const { logo: _theirs, ...others } = style;
  return { qr: { presetId, style: others }, note: NO_LOGO };
}

const expirationRequired = ({ domain }: Domain): Problem =>
  new Problem('expiration_required', `The links of ${domain} need an "expires_at"`, { field: 'expires_at' });

/** The domain that a row names, or the one that stands in. */
function namedDomain({ domain = '' }: CatalogCells, context: DraftContext): Domain | undefined {
  const name = domain.trim().toLowerCase();
  const mayStandIn = name === '' || context.request.domainId !== undefined;
  return context.domains.get(name) ?? (mayStandIn ? context.defaultDomain : undefined);
}

function requireUsable(domain: Domain | undefined, { domain: named = '' }: CatalogCells): Domain {
  if (domain === undefined) throw noDomain(named.trim().toLowerCase());
  const problem = domainProblem(domain);
  if (problem) throw problem;
  return domain;
}

const noDomain = (name: string): Problem =>
  name === ''
    ? new Problem('custom_domain_not_ready', 'The workspace has no domain that is ready for traffic.')
    : new Problem(
        'not_found',
        `There is no domain ${name.slice(0, 80)} in this workspace; name a domain_id to put such rows there.`,
        { field: 'domain' },
      );
