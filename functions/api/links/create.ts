import * as z from 'zod';
import { route } from '#functions/http/route.ts';
import { domainProblem, findDomain, usableDomain } from '#shared/domains/usable-domain.ts';
import { createLink, type LinkRequest } from '#shared/links/create-links.ts';
import { OwnHosts } from '#shared/links/destinations/own-hosts.ts';
import { draftLink } from '#shared/links/draft-link.ts';
import { futureExpiration } from '#shared/links/expiration.ts';
import { type Link, shortUrl } from '#shared/links/link.ts';
import { requirePasswords } from '#shared/links/link-features.ts';
import { linkQuota } from '#shared/links/link-quota.ts';
import { hashPassword } from '#shared/links/password.ts';
import { checkSlug, slugUnavailable } from '#shared/links/slug.ts';
import { Problem } from '#shared/problem.ts';
import type { Domain, Principal } from '#shared/workspaces/workspace.ts';
import { shortenRows } from './bulk.ts';
import { bulkItem, checkedLater, domainId, linkRoute, qrWarnings, shortenBody } from './schemas.ts';
import { type LinkTools, qrFrom, warningsOf } from './tools.ts';

const writes = { ...linkRoute, scope: 'links:write' } as const;

/** Why a link cannot be made as it is asked for. */
const DRAFT_PROBLEMS = [
  'not_found',
  'custom_domain_not_ready',
  'domain_disabled',
  'destination_blocked',
  'slug_reserved',
  'slug_unavailable',
  'invalid_expires_at',
  'expiration_required',
  'conflict',
] as const;

const bulkResult = z.object({
  client_row_id: z.string().nullable(),
  ok: z.boolean(),
  idempotent: z.boolean().optional(),
  url_id: z.guid().optional(),
  short_code: z.string().optional(),
  short_url: z.string().optional(),
  ...qrWarnings,
  error: z.string().optional(),
  code: z.string().optional(),
});

export const createRoutes = [
  route<LinkTools>()({
    ...writes,
    method: 'POST',
    path: '/api/shorten',
    summary: 'Creates a short link.',
    problems: [...DRAFT_PROBLEMS, 'feature_not_enabled', 'invalid_style', 'monthly_quota_exceeded'],
    secretBody: true,
    body: shortenBody,
    responses: {
      200: {
        description: 'The link.',
        schema: z.object({
          url_id: z.guid(),
          short_code: z.string(),
          short_url: z.string(),
          expires_at: z.string().nullable(),
          password_protected: z.boolean(),
          ...qrWarnings,
        }),
      },
    },
    handler: async ({ principal, body }, tools) => {
      const { workspace } = principal;
      const nowMs = tools.now();
      const domain = await usableDomain(tools.workspaces, workspace.workspaceId, body.domain_id);
      const source = { field: 'qr', where: 'body', secret: true };
      const qr = await qrFrom(body.qr, tools.openQrCheck(workspace), source);
      const request = await requestFrom(body, { principal, domain, nowMs, qr: qr?.qr ?? null }, tools);
      const quota = linkQuota(workspace, nowMs);
      const link = await createLink(request, { ...tools, store: tools.links, quota, nowMs });
      const answer = {
        url_id: link.urlId,
        short_code: link.shortCode,
        short_url: shortUrl(tools.shortOrigin, link),
        expires_at: link.expiresAtMs === null ? null : new Date(link.expiresAtMs).toISOString(),
        password_protected: link.passwordHash !== null,
        ...warningsOf(qr),
      };
      return { status: 200, body: answer };
    },
  }),

  route<LinkTools>()({
    ...writes,
    method: 'POST',
    path: '/api/shorten/bulk',
    summary: 'Creates up to 25 links; each row answers for itself and may be repeated safely.',
    // What is wrong with a row is told in its result.
    problems: ['not_found', 'custom_domain_not_ready', 'domain_disabled'],
    body: z.strictObject({
      domain_id: domainId,
      items: z.array(checkedLater(bulkItem)).min(1).max(25).describe('A row that is refused stops no other.'),
    }),
    responses: {
      200: {
        description: 'One result per row, in order.',
        schema: z.object({ results: z.array(bulkResult) }),
      },
    },
    handler: async ({ principal, body }, tools) => {
      const { workspaceId } = principal.workspace;
      const domain = await usableDomain(tools.workspaces, workspaceId, body.domain_id);
      const results = await shortenRows(body.items, { principal, domain }, tools);
      return { status: 200, body: { results } };
    },
  }),

  route<LinkTools>()({
    ...writes,
    method: 'POST',
    path: '/api/check-slug',
    summary: 'Tells whether a slug can be had on a domain, and if not, why.',
    problems: ['not_found'],
    body: z.strictObject({ domain_id: domainId, slug: z.string() }),
    responses: {
      200: {
        description: 'Whether it can be had.',
        schema: z.object({
          available: z.boolean(),
          error: z.string().optional(),
          code: z.string().optional(),
        }),
      },
    },
    handler: async ({ principal, body }, tools) => {
      const domain = await findDomain(tools.workspaces, principal.workspace.workspaceId, body.domain_id);
      const problem = await slugProblem(domain, body.slug, tools);
      return {
        status: 200,
        body: problem
          ? { available: false, error: problem.message, code: problem.code }
          : { available: true },
      };
    },
  }),
];

type Caller = { principal: Principal; domain: Domain; nowMs: number; qr: Link['qr'] };

/** Cheap checks come first: a password is hashed only for a link that may be made. */
async function requestFrom(
  body: z.output<typeof shortenBody>,
  { principal, domain, nowMs, qr }: Caller,
  tools: LinkTools,
): Promise<LinkRequest> {
  const password = body.password ?? null;
  if (password !== null) requirePasswords(principal.workspace);
  const expiresAtMs = futureExpiration(body.expires_at, domain.policy, nowMs);
  const input = {
    destinationUrl: body.long_url,
    shortCode: body.custom_slug,
    expiresAtMs,
    redirectStatusCode: body.redirect_status_code,
    title: body.title,
    utm: body.utm ?? undefined,
    customQueryParams: body.custom_query_params,
    space: body.space,
    tags: body.tags,
    type: body.type,
    status: body.status,
    passClickId: body.pass_click_id,
    forwardQuery: body.forward_query,
    qr,
  };
  const hosts = new OwnHosts(tools.workspaces);
  const link = await draftLink(input, { ...tools, domain, hosts, createdBy: principal.keyId });
  const passwordHash = password === null ? null : await hashPassword(password);
  return { link: { ...link, passwordHash }, slugIsGenerated: (body.custom_slug ?? null) === null };
}

/** Why a slug cannot be had on a domain; undefined when it can. */
async function slugProblem(domain: Domain, slug: string, tools: LinkTools): Promise<Problem | undefined> {
  try {
    checkSlug(slug, 'slug');
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  const held = await tools.links.findSlug(domain.domainId, slug, tools.now());
  return domainProblem(domain) ?? (held && slugUnavailable(slug, 'slug'));
}
