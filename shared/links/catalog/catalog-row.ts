import * as z from 'zod';
import { INSTANT_IN_WORDS, instantMs } from '#shared/input/instant.ts';
import { parseStrictJson } from '#shared/input/strict-json.ts';
import { validate } from '#shared/input/validate.ts';
import { Problem } from '#shared/problem.ts';
import { paramsOf } from '../destinations/with-params.ts';
import type { LinkInput } from '../draft-link.ts';
import { expirationMs } from '../expiration.ts';
import { type LinkStatus, leadsIntoApps, UTM_FIELDS, utmOf } from '../link.ts';
import { customQueryParams, qr, space, tags, title, type UtmInput, utm } from '../link-fields.ts';
import { parseRules } from '../rules/parse-rules.ts';
import type { CatalogCells } from './catalog-csv.ts';

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
  pass_click_id: oneOf('true', 'false'),
  forward_query: oneOf('true', 'false'),
  routing_rules: json.pipe(z.array(z.unknown()).default([])).optional(),
  qr: json.pipe(qr.optional()).optional(),
  updated_at: z.string().trim().optional(),
  type: oneOf('dynamic', 'unified'),
});

/** A link as a row of a catalog file describes it, and what of that the new link cannot be. */
export type CatalogLink = { input: LinkInput; status: LinkStatus | undefined; wasProtected: boolean };

/**
 * Reads the cells of a row. Ids, short URLs, clicks and creation times are the business of the new link.
 * An expiration may have passed: a catalog holds expired links, too.
 * @throws Problem naming the column
 */
export function catalogLink(given: CatalogCells, nowMs: number): CatalogLink {
  const row = validate(cells, withoutSaidTwice(given), { where: 'row' });
  const expiresAtMs = row.expires_at ? expirationMs(row.expires_at) : null;
  if (row.status === 'expired' && (expiresAtMs === null || expiresAtMs > nowMs)) {
    throw new Problem('invalid_expires_at', '"expires_at" must have passed where "status" is expired', {
      field: 'expires_at',
    });
  }
  const wasProtected = row.password_protected === 'true';
  const routingRules = parseRules(row.routing_rules ?? [], { field: 'routing_rules', where: 'row' });
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
    passClickId: row.pass_click_id === 'true',
    forwardQuery: row.forward_query === 'true',
    routingRules,
    qr: row.qr && { presetId: row.qr.preset_id ?? null, style: row.qr.style ?? null },
    updatedAtMs: row.updated_at ? pastMs(row.updated_at, nowMs) : undefined,
    // Deep links make a link dynamic by themselves.
    type: row.type === 'dynamic' && !leadsIntoApps(routingRules) ? 'dynamic' : undefined,
  };
  return { input, status: row.status || undefined, wasProtected };
}

function pastMs(text: string, nowMs: number): number {
  const ms = instantMs(text);
  if (ms !== undefined && ms <= nowMs) return ms;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new Problem(
    'invalid_request',
    `"updated_at" may not be ${shown}: it must be ${INSTANT_IN_WORDS}, and not lie ahead`,
    { field: 'updated_at' },
  );
}

/** A UTM cell that says what the destination says, as exports write it, says nothing of its own. */
function withoutSaidTwice(given: CatalogCells): CatalogCells {
  const said = utmOf(paramsOf(given.destination_url ?? ''));
  const twice = UTM_FIELDS.filter((field) => given[`utm_${field}`] === (said[field] ?? ''));
  return { ...given, ...Object.fromEntries(twice.map((field) => [`utm_${field}`, undefined])) };
}

/** A column that is there says what the field is, a blank cell too; only without the column the URL is asked. */
const utmInput = (row: Record<string, unknown>): UtmInput =>
  Object.fromEntries(UTM_FIELDS.map((field) => [field, row[`utm_${field}`] as string | null | undefined]));
