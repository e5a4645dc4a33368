import type * as z from 'zod';
import { type ApiAnswer, type ApiRequest, route } from '#functions/http/route.ts';
import { exportNow } from '#shared/exports/engine/export-now.ts';
import { catalogQuery, catalogSchema, linkCatalog } from '#shared/exports/kinds/link-catalog.ts';
import { CATALOG_COLUMN_NAMES } from '#shared/links/catalog/catalog-csv.ts';
import type { ExportRouteTools } from './job-answer.ts';
import { jobEnvelope } from './job-answer.ts';
import { accept, acceptAnswer, idempotencyKey } from './jobs.ts';

export const catalogRoutes = [
  route<ExportRouteTools>()({
    method: 'GET',
    path: '/api/links/export',
    function: 'api',
    dialect: 'nimriz',
    auth: 'workspace',
    tag: 'exports',
    scope: 'exports:read',
    summary:
      'Exports links as CSV: at once when there are few, else as a job, which needs exports:write. Prefer: respond-async asks for the job.',
    requestHeaders: ['Prefer', 'Idempotency-Key'],
    problems: ['too_many_export_jobs'],
    query: catalogQuery,
    responses: {
      200: {
        description: 'Up to 5,000 links.',
        contentTypes: { 'text/csv': `${CATALOG_COLUMN_NAMES.join(',')}\r\n` },
        headers: ['Content-Disposition'],
      },
      202: {
        description: 'More links, or a job was asked for; poll Location.',
        schema: jobEnvelope,
        headers: ['Location', 'Retry-After?', 'Preference-Applied?'],
      },
    },
    handler: async ({ query, ...request }, tools) => {
      const spec = catalogSchema.parse(query);
      // Refused whether or not there will be a job: how many links there are must not decide that.
      idempotencyKey(request.headers);
      const { workspaceId } = request.principal.workspace;
      if (prefersJob(request)) return asJob(spec, request, tools, { 'preference-applied': 'respond-async' });
      const bytes = await exportNow({ kind: 'link_catalog', spec, workspaceId }, tools.exports);
      return bytes === undefined ? asJob(spec, request, tools) : asFile(bytes, spec, tools.now());
    },
  }),
];

type Spec = z.output<typeof catalogSchema>;
type Request = Pick<ApiRequest, 'principal' | 'headers' | 'origin'>;

/** @see https://datatracker.ietf.org/doc/html/rfc7240#section-4.1 */
const prefersJob = ({ headers }: Request): boolean =>
  (headers.prefer ?? '')
    .split(/[,;]/)
    .some((preference) => preference.trim().toLowerCase() === 'respond-async');

async function asJob(
  spec: Spec,
  request: Request,
  tools: ExportRouteTools,
  more: Record<string, string> = {},
): Promise<ApiAnswer> {
  const accepted = await accept({ kind: 'link_catalog', spec, force: false }, request, tools);
  const answer = await acceptAnswer({ ...accepted }, request, tools);
  // The caller asked for a catalog and gets a job, whichever request made it.
  return { ...answer, status: 202, headers: { ...answer.headers, ...more } };
}

function asFile(bytes: Buffer, spec: Spec, nowMs: number): ApiAnswer {
  const { name, contentType } = linkCatalog.file(spec, {
    n: 0,
    of: 1,
    acceptedAtMs: nowMs,
    snapshotMs: nowMs,
    jobId: null,
  });
  return {
    status: 200,
    headers: { 'content-type': contentType, 'content-disposition': `attachment; filename="${name}"` },
    // As bytes: a string would be escaped on its way and outgrow what an answer may hold.
    body: bytes,
  };
}
