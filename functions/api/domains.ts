import * as z from 'zod';
import { textUpTo } from '#shared/characters.ts';
import { addDomain } from '#shared/domains/add-domain.ts';
import {
  type ChangeDomainTools,
  changeDomain,
  liveDomain,
  stoppedByOperator,
} from '#shared/domains/change-domain.ts';
import { type DeleteDomainTools, deleteDomain } from '#shared/domains/delete-domain.ts';
import { isLapsed, verificationOf } from '#shared/workspaces/domain-claim.ts';
import type { Domain } from '#shared/workspaces/workspace.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { route } from '../http/route.ts';

/** What the routes of domains need of the world. */
export type DomainTools = ChangeDomainTools &
  DeleteDomainTools & {
    workspaces: WorkspaceStore;
    newChallenge(): string;
  };

const policySchema = z
  .strictObject({
    allow_http: z.boolean().describe('Destinations may be http://.'),
    expiration_required: z.boolean().describe('Every new link needs expires_at.'),
    expiration_changes_allowed: z.boolean().describe('The expiration of a link may change.'),
  })
  .partial();

const domainSchema = z
  .object({
    id: z.guid(),
    domain_name: z.string(),
    status: z.enum(['ready', 'pending', 'disabled']),
    policy: policySchema.required(),
    verification: z
      .object({ type: z.literal('TXT'), name: z.string(), value: z.string() })
      .describe('The DNS record that proves a pending domain.'),
  })
  .meta({ id: 'Domain' });
const answerSchema = z.object({ ok: z.literal(true), domain: domainSchema }).meta({ id: 'DomainAnswer' });

const params = z.strictObject({ id: z.guid().toLowerCase() });

/** Links are looked for so long: an HTTP API waits for 30 s at most. */
const SEARCH_MS = 15_000;

const common = { function: 'api', dialect: 'nimriz', auth: 'workspace', tag: 'domains' } as const;

export const domainRoutes = [
  route<DomainTools>()({
    ...common,
    method: 'GET',
    path: '/api/v1/domains',
    scope: 'links:read',
    summary: 'The short domains of the workspace.',
    responses: {
      200: {
        description: 'All of them, oldest first.',
        schema: z.object({ ok: z.literal(true), domains: z.array(domainSchema) }),
      },
    },
    handler: async ({ principal }, { workspaces, now }) => {
      const all = await workspaces.domains(principal.workspace.workspaceId);
      const domains = all.filter((domain) => !isLapsed(domain, now()));
      return { status: 200, body: { ok: true, domains: domains.map(domainAnswer) } };
    },
  }),

  route<DomainTools>()({
    ...common,
    method: 'POST',
    path: '/api/v1/domains',
    scope: 'links:write',
    summary: 'Claims a short domain; it is pending until its DNS record proves it, for at most 30 days.',
    problems: ['plan_limit', 'conflict'],
    body: z.strictObject({
      domain_name: textUpTo(1_000)
        .min(1)
        .meta({ format: 'idn-hostname', examples: ['links.example.org'] })
        .describe('A host name, without scheme, port and path.'),
      policy: policySchema.optional(),
    }),
    responses: { 201: { description: 'Added.', schema: answerSchema } },
    handler: async ({ principal, body }, tools) => {
      const domain = await addDomain(tools, {
        workspaceId: principal.workspace.workspaceId,
        host: body.domain_name,
        status: 'pending',
        policy: policyFrom(body.policy),
      });
      return { status: 201, body: { ok: true, domain: domainAnswer(domain) } };
    },
  }),

  route<DomainTools>()({
    ...common,
    method: 'PATCH',
    path: '/api/v1/domains/{id}',
    scope: 'links:write',
    summary:
      'Changes the policy of a short domain, sets it to ready when its DNS record proves it, or disables it.',
    problems: ['domain_not_proven', 'domain_not_served', 'conflict', 'unavailable'],
    params,
    body: z.strictObject({
      status: z.enum(['ready', 'disabled']).optional(),
      policy: policySchema.optional(),
    }),
    responses: { 200: { description: 'The domain as it is now.', schema: answerSchema } },
    handler: async ({ principal, params, body }, tools) => {
      const domain = await changeDomain(tools, {
        workspaceId: principal.workspace.workspaceId,
        domainId: params.id,
        status: body.status,
        policy: policyFrom(body.policy),
      });
      return { status: 200, body: { ok: true, domain: domainAnswer(domain) } };
    },
  }),

  route<DomainTools>()({
    ...common,
    method: 'DELETE',
    path: '/api/v1/domains/{id}',
    scope: 'links:write',
    summary: 'Deletes a short domain or a claim; one that links live on is not deleted.',
    problems: ['domain_in_use', 'conflict', 'unavailable'],
    params,
    responses: {
      200: { description: 'Deleted.', schema: z.object({ ok: z.literal(true), id: z.guid() }) },
    },
    handler: async ({ principal, params }, tools) => {
      const { workspaceId } = principal.workspace;
      const deletion = { workspaceId, domainId: params.id, budgetMs: SEARCH_MS };
      const domain = await liveDomain(tools, workspaceId, params.id);
      // Else it could be claimed again, and be ready.
      if (domain.stopped) throw stoppedByOperator(domain);
      const { domainId } = await deleteDomain(tools, deletion);
      return { status: 200, body: { ok: true, id: domainId } };
    },
  }),
];

const domainAnswer = (domain: Domain): z.input<typeof domainSchema> => ({
  id: domain.domainId,
  domain_name: domain.domain,
  status: domain.status,
  policy: {
    allow_http: domain.policy.allowHttp,
    expiration_required: domain.policy.expirationRequired,
    expiration_changes_allowed: domain.policy.expirationChangesAllowed,
  },
  verification: verificationOf(domain),
});

/** The members that the request names. */
function policyFrom(policy: z.output<typeof policySchema> = {}): Partial<Domain['policy']> {
  const { allow_http, expiration_required, expiration_changes_allowed } = policy;
  return {
    ...(allow_http === undefined ? {} : { allowHttp: allow_http }),
    ...(expiration_required === undefined ? {} : { expirationRequired: expiration_required }),
    ...(expiration_changes_allowed === undefined
      ? {}
      : { expirationChangesAllowed: expiration_changes_allowed }),
  };
}
