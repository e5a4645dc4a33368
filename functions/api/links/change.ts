import * as z from 'zod';
import { route } from '#functions/http/route.ts';
import { findDomain, usableDomain } from '#shared/domains/usable-domain.ts';
import { changeLink, deleteLink } from '#shared/links/change-link.ts';
import { checkDestination } from '#shared/links/destinations/check-destination.ts';
import { OwnHosts } from '#shared/links/destinations/own-hosts.ts';
import { checkSize, partsAfter, settleDestination } from '#shared/links/destinations/settle-destination.ts';
import { futureExpiration } from '#shared/links/expiration.ts';
import { type Link, linkStatus, NO_UTM, shortUrl, withType } from '#shared/links/link.ts';
import { type CheckedQr, requirePasswords, requireRules } from '#shared/links/link-features.ts';
import { hashPassword } from '#shared/links/password.ts';
import { checkRuleDestinations } from '#shared/links/rules/check-rule-destinations.ts';
import { parseRules, routingRule, routingRules } from '#shared/links/rules/parse-rules.ts';
import { checkSlug } from '#shared/links/slug.ts';
import { Problem } from '#shared/problem.ts';
import type { Domain, Principal } from '#shared/workspaces/workspace.ts';
import {
  checkedLater,
  destination,
  expiresAt,
  id,
  linkAnswerSchema,
  linkRoute,
  password,
  patchBody,
  qrWarnings,
  SLUG_SHAPE,
  urlId,
} from './schemas.ts';
import { type LinkTools, linkAnswer, qrFrom, warningsOf } from './tools.ts';

const writes = { ...linkRoute, scope: 'links:write' } as const;

/** Why a link cannot be changed at all. */
const CHANGE_PROBLEMS = ['not_found', 'conflict'] as const;

const changeContext = ({ workspace }: Principal, tools: LinkTools) => ({
  store: tools.links,
  workspaceId: workspace.workspaceId,
  nowMs: tools.now(),
});

const domainOf = (link: Link, tools: LinkTools): Promise<Domain> =>
  findDomain(tools.workspaces, link.workspaceId, link.domainId);

export const changeRoutes = [
  route<LinkTools>()({
    ...writes,
    method: 'PUT',
    path: '/api/update-slug',
    summary: 'Changes the slug of a link; the old one stops working at once.',
    problems: [
      ...CHANGE_PROBLEMS,
      'slug_reserved',
      'slug_unavailable',
      'custom_domain_not_ready',
      'domain_disabled',
    ],
    body: z.strictObject({ url_id: urlId, new_slug: z.string().meta(SLUG_SHAPE) }),
    responses: {
      200: {
        description: 'The new slug.',
        schema: z.object({ short_code: z.string(), short_url: z.string() }),
      },
    },
    handler: async ({ principal, body }, tools) => {
      checkSlug(body.new_slug, 'new_slug');
      const { after } = await changeLink(changeContext(principal, tools), body.url_id, async (link) => {
        await usableDomain(tools.workspaces, link.workspaceId, link.domainId);
        return { ...link, shortCode: body.new_slug };
      });
      return {
        status: 200,
        body: { short_code: after.shortCode, short_url: shortUrl(tools.shortOrigin, after) },
      };
    },
  }),

  route<LinkTools>()({
    ...writes,
    method: 'PUT',
    path: '/api/update-expiration',
    summary: 'Sets, changes or removes the expiration of a link.',
    problems: [
      ...CHANGE_PROBLEMS,
      'invalid_expires_at',
      'expiration_required',
      'expiration_update_not_allowed',
    ],
    body: z.strictObject({ url_id: urlId, expires_at: expiresAt }),
    responses: {
      200: {
        description: 'The expiration as it is now.',
        schema: z.object({ url_id: z.guid(), expires_at: z.string().nullable(), was_expired: z.boolean() }),
      },
    },
    handler: async ({ principal, body }, tools) => {
      const context = changeContext(principal, tools);
      const { before, after } = await changeLink(context, body.url_id, async (link) => {
        const { policy, domain } = await domainOf(link, tools);
        if (!policy.expirationChangesAllowed) throw expirationIsFixed(domain);
        return { ...link, expiresAtMs: futureExpiration(body.expires_at, policy, context.nowMs) };
      });
      const expires_at = after.expiresAtMs === null ? null : new Date(after.expiresAtMs).toISOString();
      const was_expired = linkStatus(before, context.nowMs) === 'expired';
      return { status: 200, body: { url_id: after.urlId, expires_at, was_expired } };
    },
  }),

  route<LinkTools>()({
    ...writes,
    method: 'PUT',
    path: '/api/update-password',
    summary: 'Sets, changes or removes the password of a link.',
    problems: [...CHANGE_PROBLEMS, 'feature_not_enabled'],
    secretBody: true,
    body: z.strictObject({ url_id: urlId, password }),
    responses: {
      200: {
        description: 'Whether the link has a password now.',
        schema: z.object({ url_id: z.guid(), password_protected: z.boolean() }),
      },
    },
    handler: async ({ principal, body }, tools) => {
      if (body.password !== null) requirePasswords(principal.workspace);
      const passwordHash = body.password === null ? null : await hashPassword(body.password);
      const { after } = await changeLink(changeContext(principal, tools), body.url_id, (link) => ({
        ...link,
        passwordHash,
      }));
      return { status: 200, body: { url_id: after.urlId, password_protected: passwordHash !== null } };
    },
  }),

  route<LinkTools>()({
    ...writes,
    method: 'PUT',
    path: '/api/update-destination',
    summary: 'Changes where a link leads.',
    problems: [...CHANGE_PROBLEMS, 'destination_blocked'],
    body: z
      .strictObject({ url_id: urlId, ...destination })
      .refine(
        (body) => (body.long_url === undefined) !== (body.destination_url === undefined),
        'exactly one of "long_url" and "destination_url" is needed; both mean the same',
      )
      .meta({ oneOf: [{ required: ['long_url'] }, { required: ['destination_url'] }] }),
    responses: { 200: { description: 'The link as it is now.', schema: linkAnswerSchema } },
    handler: async ({ principal, body }, tools) => {
      const { after } = await changeLink(changeContext(principal, tools), body.url_id, (link) =>
        moved(link, body, tools),
      );
      return linkAnswer(after, tools);
    },
  }),

  route<LinkTools>()({
    ...writes,
    method: 'POST',
    path: '/api/links/routing-rules',
    summary: 'Replaces the routing rules of a link; the first enabled rule that matches wins.',
    problems: [...CHANGE_PROBLEMS, 'routing_rules_not_allowed', 'invalid_rules', 'destination_blocked'],
    body: z.strictObject({
      url_id: urlId,
      operation: z.literal('save').default('save').describe('All rules are replaced.'),
      rules: z.array(checkedLater(routingRule)).describe('At most 50 rules and 64 kB, in order.'),
    }),
    responses: {
      200: {
        description: 'The rules as they are stored.',
        schema: z.object({ ok: z.literal(true), url_id: z.guid(), rules: routingRules }),
      },
    },
    handler: async ({ principal, body }, tools) => {
      // Rules can be taken off on any plan, so that a workspace that left one can still do so.
      if (body.rules.length > 0) requireRules(principal.workspace);
      const rules = parseRules(body.rules);
      const hosts = new OwnHosts(tools.workspaces);
      const { after } = await changeLink(changeContext(principal, tools), body.url_id, async (link) => {
        const { policy } = await domainOf(link, tools);
        await checkRuleDestinations(rules, { allowHttp: policy.allowHttp, hosts });
        return withType({ ...link, routingRules: rules });
      });
      return { status: 200, body: { ok: true, url_id: after.urlId, rules: after.routingRules } };
    },
  }),

  route<LinkTools>()({
    ...writes,
    method: 'PATCH',
    path: '/api/v1/links/{id}',
    summary:
      'Changes title, destination, UTM fields, parameters, space, tags, type, status or QR state of a link.',
    problems: [...CHANGE_PROBLEMS, 'destination_blocked', 'invalid_style', 'feature_not_enabled'],
    params: z.strictObject({ id }),
    body: patchBody,
    responses: {
      200: {
        description: 'The link as it is now.',
        schema: linkAnswerSchema.extend(qrWarnings).meta({ id: 'LinkPatched' }),
      },
    },
    handler: async ({ principal, params, body }, tools) => {
      const check = tools.openQrCheck(principal.workspace);
      let checked: CheckedQr | null | undefined;
      const { after } = await changeLink(changeContext(principal, tools), params.id, async (link) => {
        checked = await qrFrom(body.qr, check, { field: 'qr', where: 'body' }, link.qr);
        return patched(await moved(link, body, tools), body, checked);
      });
      const { status, body: answer } = await linkAnswer(after, tools);
      return { status, body: { ...answer, ...warningsOf(checked) } };
    },
  }),

  route<LinkTools>()({
    ...writes,
    method: 'POST',
    path: '/api/delete-link',
    summary: 'Deletes a link; its recorded clicks stay and its slug is held for 30 days.',
    problems: CHANGE_PROBLEMS,
    body: z.strictObject({ url_id: urlId }),
    responses: {
      200: { description: 'The id of the link.', schema: z.object({ ok: z.literal(true), id: z.guid() }) },
    },
    handler: async ({ principal, body }, tools) => {
      await deleteLink(changeContext(principal, tools), body.url_id);
      return { status: 200, body: { ok: true, id: body.url_id } };
    },
  }),
];

const expirationIsFixed = (domain: string): Problem =>
  new Problem('expiration_update_not_allowed', `The domain ${domain} does not allow expirations to change.`, {
    field: 'expires_at',
  });

/** The members of a body that say where a link leads. */
type DestinationBody = Partial<
  Pick<z.output<typeof patchBody>, 'long_url' | 'destination_url' | 'utm' | 'custom_query_params'>
>;

/** The link with the destination that a body makes of its own. What comes of it is checked, not the steps to it. */
async function moved(link: Link, body: DestinationBody, tools: LinkTools): Promise<Link> {
  const { utm, custom_query_params } = body;
  const field = body.long_url === undefined ? 'destination_url' : 'long_url';
  const destinationUrl = body[field];
  if (destinationUrl === undefined && utm === undefined && custom_query_params === undefined) return link;
  const parts = partsAfter(link, {
    destinationUrl,
    utm: utm === null ? NO_UTM : utm,
    customQueryParams: custom_query_params === null ? {} : custom_query_params,
  });
  const settled = settleDestination(parts);
  checkSize(parts, settled);
  // Parameters change nothing of what was checked when the destination was typed.
  if (destinationUrl === undefined) return { ...link, ...settled };
  const { policy } = await domainOf(link, tools);
  const checked = checkDestination(settled.destinationUrl, { allowHttp: policy.allowHttp, field });
  await new OwnHosts(tools.workspaces).refuse(checked, field);
  return { ...link, ...settled };
}

/** The link with the other members that the body names; null empties a member. */
function patched(link: Link, body: z.output<typeof patchBody>, checked: CheckedQr | null | undefined): Link {
  return withType({
    ...link,
    title: body.title === undefined ? link.title : body.title,
    space: body.space === undefined ? link.space : body.space,
    tags: body.tags === undefined ? link.tags : (body.tags ?? []),
    saidDynamic: body.type === undefined ? (link.saidDynamic ?? false) : body.type === 'dynamic',
    status: body.status ?? link.status,
    redirectStatusCode: body.redirect_status_code ?? link.redirectStatusCode,
    passClickId: body.pass_click_id ?? link.passClickId,
    forwardQuery: body.forward_query ?? link.forwardQuery,
    qr: checked === undefined ? link.qr : (checked?.qr ?? null),
  });
}
