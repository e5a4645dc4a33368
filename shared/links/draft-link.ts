import { uuidMs } from '../ids.ts';
import type { Domain } from '../workspaces/workspace.ts';
import { checkDestination } from './destinations/check-destination.ts';
import type { OwnHosts } from './destinations/own-hosts.ts';
import { checkSize, settleDestination } from './destinations/settle-destination.ts';
import type { Link } from './link.ts';
import { withType } from './link.ts';
import type { UtmInput } from './link-fields.ts';
import { checkRuleDestinations } from './rules/check-rule-destinations.ts';
import { checkSlug } from './slug.ts';

/** What a link is to be, as read from a request or a file; what is left out takes its default. */
export type LinkInput = {
  destinationUrl: string;
  /** Made up when there is none. */
  shortCode?: string | null | undefined;
  expiresAtMs: number | null;
  passwordHash?: string | null | undefined;
  redirectStatusCode?: 301 | 302 | undefined;
  title?: string | null | undefined;
  utm?: UtmInput | undefined;
  customQueryParams?: Record<string, string> | null | undefined;
  space?: string | null | undefined;
  tags?: readonly string[] | null | undefined;
  type?: Link['type'] | undefined;
  status?: Link['status'] | undefined;
  passClickId?: boolean | undefined;
  forwardQuery?: boolean | undefined;
  routingRules?: Link['routingRules'] | undefined;
  qr?: Link['qr'] | undefined;
  /** When it was last changed, for a link that comes from elsewhere. */
  updatedAtMs?: number | undefined;
};

export type DraftContext = {
  domain: Domain;
  hosts: OwnHosts;
  createdBy: string | null;
  newId(): string;
  newSlug(): string;
  /** How the caller calls these. */
  fields?: { destination: string; slug: string; rules?: string };
};

/**
 * A link that may be created. Its creation instant is that of its id, so that both sort alike.
 * @throws Problem 'slug_reserved', 'destination_blocked' or 'invalid_request'
 */
export async function draftLink(input: LinkInput, context: DraftContext): Promise<Link> {
  const { domain, fields = { destination: 'long_url', slug: 'custom_slug' } } = context;
  const chosen = input.shortCode ?? undefined;
  if (chosen !== undefined) checkSlug(chosen, fields.slug);
  const parts = { ...input, customQueryParams: input.customQueryParams ?? {} };
  const settled = settleDestination(parts);
  checkSize(parts, settled);
  const checked = checkDestination(settled.destinationUrl, {
    allowHttp: domain.policy.allowHttp,
    field: fields.destination,
  });
  // Taken before anything is waited for, so that links drafted together sort as they were asked for.
  const urlId = context.newId();
  await context.hosts.refuse(checked, fields.destination);
  const routingRules = input.routingRules ?? [];
  await checkRuleDestinations(routingRules, { ...domain.policy, hosts: context.hosts, field: fields.rules });
  const createdAtMs = uuidMs(urlId);
  return withType({
    urlId,
    workspaceId: domain.workspaceId,
    domainId: domain.domainId,
    domain: domain.domain,
    shortCode: chosen ?? context.newSlug(),
    ...settled,
    title: input.title ?? null,
    space: input.space ?? null,
    tags: input.tags ?? [],
    saidDynamic: input.type === 'dynamic',
    status: input.status ?? 'active',
    expiresAtMs: input.expiresAtMs,
    passwordHash: input.passwordHash ?? null,
    redirectStatusCode: input.redirectStatusCode ?? 302,
    passClickId: input.passClickId ?? false,
    forwardQuery: input.forwardQuery ?? false,
    routingRules,
    qr: input.qr ?? null,
    createdBy: context.createdBy,
    createdAtMs,
    updatedAtMs: input.updatedAtMs ?? createdAtMs,
    version: 1,
  });
}
