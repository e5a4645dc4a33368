import * as z from 'zod';
import { route } from '#functions/http/route.ts';
import { importLinks } from '#shared/links/catalog/import-links.ts';
import { Problem } from '#shared/problem.ts';
import { id, linkRoute } from './schemas.ts';
import type { LinkTools } from './tools.ts';

const MAX_ROWS = 1_000;
const MAX_BYTES = 2 * 1024 * 1024;

/** What browsers, spreadsheets and curl call a CSV file. */
const CSV_TYPES = new Set([
  '',
  'text/csv',
  'text/plain',
  'application/csv',
  'application/octet-stream',
  'application/vnd.ms-excel',
]);

const importedRow = z.object({
  row: z.int().describe('Counts from 1, without the header.'),
  ok: z.boolean(),
  url_id: z.guid().optional(),
  note: z.string().optional().describe('What is not as the row says, and why.'),
  code: z.string().optional(),
  error: z.string().optional(),
});

export const importRoutes = [
  route<LinkTools>()({
    ...linkRoute,
    method: 'POST',
    path: '/api/v1/links/import',
    scope: 'links:write',
    summary: 'Creates links from a CSV file with the columns of the catalog export.',
    // What is wrong with a row is told in its result.
    problems: ['not_found', 'custom_domain_not_ready', 'domain_disabled'],
    bodyType: 'raw',
    bodyContentType: 'text/csv',
    bodyExample:
      'destination_url,title,tags\r\nhttps://example.com/landing,Spring launch,"spring,launch"\r\n',
    body: z
      .string()
      .describe(
        'A header row with any of the columns of the catalog export (destination_url among them) and at most 1,000 rows, cut at commas, semicolons or tabs. A row that names no domain goes to the first one that is ready.',
      ),
    bodyLimitBytes: MAX_BYTES,
    query: z.strictObject({
      domain_id: id.optional().describe('Takes the rows that name no domain of the workspace.'),
    }),
    responses: {
      200: {
        description: 'What became of each row.',
        schema: z.object({
          ok: z.literal(true),
          created: z.int(),
          updated: z.literal(0),
          failed: z.int(),
          results: z.array(importedRow),
        }),
      },
    },
    handler: async ({ principal, query, rawBody, headers }, tools) => {
      requireCsv(headers['content-type']);
      const report = await importLinks(tools, {
        workspace: principal.workspace,
        createdBy: principal.keyId,
        csv: rawBody,
        domainId: query.domain_id,
        maxRows: MAX_ROWS,
      });
      return { status: 200, body: { ok: true, ...report } };
    },
  }),
];

function requireCsv(contentType: string | undefined): void {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (CSV_TYPES.has(mediaType)) return;
  throw new Problem('invalid_request', `the content type is ${mediaType.slice(0, 80)}; text/csv is required`);
}
