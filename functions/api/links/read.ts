import * as z from 'zod';
import { listCursor } from '#functions/http/list-cursor.ts';
import { wholeNumber } from '#functions/http/query-fields.ts';
import { route } from '#functions/http/route.ts';
import { textUpTo } from '#shared/characters.ts';
import { findDomain } from '#shared/domains/usable-domain.ts';
import { findLink } from '#shared/links/change-link.ts';
import type { Link } from '#shared/links/link.ts';
import { linkView } from '#shared/links/link-view.ts';
import { parseShortUrl } from '#shared/links/short-url.ts';
import { Problem } from '#shared/problem.ts';
import { id, linkAnswerSchema, linkRoute, linkSchema } from './schemas.ts';
import { type LinkTools, linkAnswer } from './tools.ts';

const reads = { ...linkRoute, scope: 'links:read' } as const;

const cursors = listCursor(
  'links-cursor',
  'after',
  '"cursor" is not valid: it must be a "next_cursor" of this workspace, at most 24 hours old',
);

export const readRoutes = [
  route<LinkTools>()({
    ...reads,
    method: 'GET',
    path: '/api/v1/links',
    summary: 'The links of the workspace, newest first.',
    problems: ['not_found'],
    query: z.strictObject({
      account_id: id.optional().describe('The workspace; another one than the credential’s is 404.'),
      limit: wholeNumber(1, 100).optional().describe('50 unless given.'),
      cursor: textUpTo(1_000).optional().describe('`next_cursor` of the page before; good for 24 h.'),
    }),
    responses: {
      200: {
        description: 'A page of links.',
        schema: z.object({
          ok: z.literal(true),
          links: z.array(linkSchema),
          next_cursor: z.string().nullable(),
        }),
      },
    },
    handler: async ({ principal, query }, tools) => {
      const { workspaceId } = principal.workspace;
      if (query.account_id !== undefined && query.account_id !== workspaceId) {
        throw new Problem('not_found', `there is no workspace ${query.account_id} for this credential`);
      }
      const page = await tools.links.page({
        workspaceId,
        order: 'descending',
        after: await cursors.open(query.cursor, workspaceId, tools),
        limit: query.limit ?? 50,
      });
      const next_cursor = await cursors.sign(page.next, workspaceId, tools);
      return {
        status: 200,
        body: { ok: true, links: await views(page.links, workspaceId, tools), next_cursor },
      };
    },
  }),

  route<LinkTools>()({
    ...reads,
    method: 'GET',
    path: '/api/v1/links/find',
    summary: 'The link of a short URL, or of a domain and slug.',
    problems: ['not_found'],
    query: z
      .strictObject({
        short_url: textUpTo(2_048).optional(),
        domain_id: id.optional(),
        short_code: textUpTo(64).optional(),
      })
      .refine(
        ({ short_url, domain_id, short_code }) =>
          short_url === undefined
            ? domain_id !== undefined && short_code !== undefined
            : domain_id === undefined && short_code === undefined,
        'either "short_url" or both "domain_id" and "short_code" are needed',
      ),
    responses: { 200: { description: 'The link.', schema: linkAnswerSchema } },
    handler: async ({ principal, query }, tools) => {
      const { workspaceId } = principal.workspace;
      const { domainId, shortCode } =
        query.short_url === undefined
          ? { domainId: query.domain_id!, shortCode: query.short_code! }
          : await placeOf(query.short_url, workspaceId, tools);
      return linkAnswer(await linkAt(domainId, shortCode, workspaceId, tools), tools);
    },
  }),

  route<LinkTools>()({
    ...reads,
    method: 'GET',
    path: '/api/v1/links/{id}',
    summary: 'A link by its id.',
    params: z.strictObject({ id }),
    responses: { 200: { description: 'The link.', schema: linkAnswerSchema } },
    handler: async ({ principal, params }, tools) =>
      linkAnswer(await findLink(tools.links, principal.workspace.workspaceId, params.id), tools),
  }),
];

async function views(links: readonly Link[], workspaceId: string, tools: LinkTools) {
  const ids = links.map(({ urlId }) => urlId);
  const totals = await tools.totals.findMany(workspaceId, ids);
  const nowMs = tools.now();
  const { shortOrigin } = tools;
  return links.map((link) =>
    linkView(link, { shortOrigin, nowMs, clicks: totals.get(link.urlId)?.clicks ?? 0 }),
  );
}

/** The domain and slug of a short URL of the workspace. */
async function placeOf(text: string, workspaceId: string, tools: LinkTools) {
  const place = parseShortUrl(text);
  if (!place) {
    const shown = JSON.stringify(text.slice(0, 120));
    throw new Problem('invalid_request', `"short_url" may not be ${shown}: it must be a host and a slug`, {
      field: 'short_url',
    });
  }
  const host = await tools.workspaces.findHost(place.host);
  if (host?.workspaceId !== workspaceId) throw noLinkAt(place.host, place.shortCode);
  return { domainId: host.domainId, shortCode: place.shortCode };
}

/** The link that a slug of the workspace leads to; a slug of another workspace is not found. */
async function linkAt(
  domainId: string,
  shortCode: string,
  workspaceId: string,
  tools: LinkTools,
): Promise<Link> {
  const slug = await tools.links.findSlug(domainId, shortCode, tools.now());
  const link = slug?.kind === 'link' ? await tools.links.find(workspaceId, slug.link.urlId) : undefined;
  if (link) return link;
  throw noLinkAt((await findDomain(tools.workspaces, workspaceId, domainId)).domain, shortCode);
}

const noLinkAt = (host: string, shortCode: string): Problem =>
  new Problem('not_found', `There is no link ${host}/${shortCode} in this workspace.`);
