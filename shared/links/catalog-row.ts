import * as z from 'zod';
import { Problem } from '../problem.ts';
import { problemFromZod } from '../problem-from-zod.ts';
import { parseStrictJson } from '../strict-json.ts';
import type { CatalogCells } from './catalog-csv.ts';
import type { LinkInput } from './draft-link.ts';
import { expirationMs } from './expiration.ts';
import { UTM_FIELDS } from './link.ts';
import { customQueryParams, space, tags, title, type UtmInput, utm } from './link-fields.ts';

/** A cell that may only hold these words; a blank one says nothing. */
const oneOf = <T extends readonly [string, ...string[]]>(...words: T) =>
  z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(['', ...words]))
    .optional();

/** A cell that holds JSON, read as strictly as a body; a blank one says nothing. */
const json = z
  .string()
  .trim()
  .transform((text, context) => {
    try {
      return text === '' ? undefined : parseStrictJson(text, 'it');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      context.addIssue({ code: 'custom', message: error.message, input: text });
      return z.NEVER;
    }
  });

const cells = z.object({
  destination_url: z.string(),
  short_code: z.string().trim().optional(),
  title: title.optional(),
  ...Object.fromEntries(UTM_FIELDS.map((field) => [`utm_${field}`, utm.shape[field]])),
  custom_query_params: json.pipe(customQueryParams.default({})).optional(),
  space: space.optional(),
  tags: z
    .string()
    .transform((text) => (text.trim() === '' ? [] : text.split(',')))
    .pipe(tags)
    .optional(),
  status: oneOf('active', 'disabled', 'expired'),
  expires_at: z.string().trim().optional(),
  password_protected: oneOf('true', 'false'),
  redirect_status_code: oneOf('301', '302'),
});

/** A link as a row of a catalog file describes it. */
export type CatalogLink = { input: LinkInput; wasProtected: boolean };

/**
 * Reads the cells of a row. Ids, short URLs, clicks and creation times are the business of the new link.
 * An expiration may have passed: a catalog holds expired links, too.
 * @throws Problem naming the column
 */
export function catalogLink(given: CatalogCells, nowMs: number): CatalogLink {
  const parsed = cells.safeParse(given, { reportInput: true });
  if (!parsed.success) throw problemFromZod(parsed.error, 'row');
  const row = parsed.data;
  const expiresAtMs = row.expires_at ? expirationMs(row.expires_at) : null;
  if (row.status === 'expired' && (expiresAtMs === null || expiresAtMs > nowMs)) {
    throw new Problem('invalid_expires_at', '"expires_at" must have passed where "status" is expired', {
      field: 'expires_at',
    });
  }
  const wasProtected = row.password_protected === 'true';
  const input: LinkInput = {
    destinationUrl: row.destination_url,
    shortCode: row.short_code || null,
    expiresAtMs,
    redirectStatusCode: row.redirect_status_code === '301' ? 301 : 302,
    utm: utmInput(row),
    customQueryParams: row.custom_query_params,
    title: row.title,
    space: row.space,
    tags: row.tags,
    // Its password does not travel; until it has a new one, it stays as closed as it was.
    status: row.status === 'disabled' || wasProtected ? 'disabled' : 'active',
  };
  return { input, wasProtected };
}

/** A column that is there says what the field is, a blank cell too; only without the column the URL is asked. */
const utmInput = (row: Record<string, unknown>): UtmInput =>
  Object.fromEntries(UTM_FIELDS.map((field) => [field, row[`utm_${field}`] as string | null | undefined]));
