import * as z from 'zod';
import { anyStyleOrNone, styleSchema, warningsSchema } from '#functions/api/qr/schemas.ts';
import { id } from '#functions/http/query-fields.ts';
import { textUpTo } from '#shared/characters.ts';
import { MAX_DESTINATION_CHARACTERS, UTM_FIELDS } from '#shared/links/link.ts';
import {
  customQueryParams,
  forwardQuery,
  linkStatusSet,
  linkType,
  PLAIN_TEXT,
  passClickId,
  qr,
  redirectStatusCode,
  space,
  tags,
  title,
  utm,
} from '#shared/links/link-fields.ts';
import { MAX_PASSWORD_CHARACTERS } from '#shared/links/password.ts';
import { routingRules } from '#shared/links/rules/parse-rules.ts';

/** Any GUID is an id on the way in; ids are stored in lower case. */
export { id };

export const urlId = id.describe('The permanent id of the link.');
export const domainId = id.describe('The short domain.');

/** What a slug looks like; checked where it is used, because a short one is another refusal than a wrong one. */
export const SLUG_SHAPE = {
  minLength: 3,
  maxLength: 64,
  pattern: '^[A-Za-z0-9_-]*$',
  examples: ['spring-launch'],
};

/** Checked in full when the link is drafted, so that its refusal is a `destination_blocked`. */
export const longUrl = z
  .string()
  .meta({ maxLength: MAX_DESTINATION_CHARACTERS, examples: ['https://example.com/landing'] })
  .describe(
    'Where the link leads, kept as it is typed: https, http where the domain allows it; at most 2,048 characters.',
  );
export const customSlug = z
  .string()
  .meta(SLUG_SHAPE)
  .nullish()
  .describe('3 to 64 of A-Z, a-z, 0-9, _ and -, case-sensitive; made up when there is none.');
export const expiresAt = z
  .string()
  .meta({ format: 'date-time', examples: ['2099-12-31T23:59:59Z'] })
  .nullable()
  .describe('A future ISO 8601 instant with an offset; null for none.');
export const password = z
  .string()
  .meta({ minLength: 1, maxLength: MAX_PASSWORD_CHARACTERS, pattern: PLAIN_TEXT.source })
  .nullable()
  .describe('1 to 128 characters; null for none.');

/** Its style is checked with all that lies under it, so that its refusal is an `invalid_style`. */
const qrState = qr.extend({ style: anyStyleOrNone.optional() });

/** What POST /api/shorten and PATCH have in common. */
const details = {
  title: title.optional(),
  utm: utm.nullish(),
  custom_query_params: customQueryParams.nullish(),
  space: space.optional(),
  tags: tags.nullish(),
  type: linkType.optional(),
  status: linkStatusSet.optional(),
  redirect_status_code: redirectStatusCode.optional(),
  pass_click_id: passClickId.optional(),
  forward_query: forwardQuery.optional(),
  qr: qrState.nullish(),
};

export const shortenBody = z.strictObject({
  domain_id: domainId,
  long_url: longUrl,
  custom_slug: customSlug,
  expires_at: expiresAt.optional(),
  password: password.optional(),
  ...details,
});

/** A destination under either of its names: the one that requests use, or the one that answers do. */
export const destination = { long_url: longUrl.optional(), destination_url: longUrl.optional() };

export const patchBody = z
  .strictObject({ ...destination, ...details })
  .refine((body) => Object.keys(body).length > 0, 'at least one member is needed')
  .refine(
    (body) => body.long_url === undefined || body.destination_url === undefined,
    '"long_url" and "destination_url" mean the same; one of them is allowed',
  )
  .meta({ minProperties: 1, not: { required: ['long_url', 'destination_url'] } });

export const bulkItem = z.strictObject({
  client_row_id: textUpTo(255).min(1),
  idempotency_key: textUpTo(255).min(1),
  long_url: longUrl,
  custom_slug: customSlug,
  expires_at: expiresAt.optional(),
  forward_query: forwardQuery.optional(),
  qr: qrState.nullish(),
});

/**
 * Takes anything, because the handler itself checks it and answers in its own way; OpenAPI shows what it will be
 * checked against.
 */
export const checkedLater = (schema: z.ZodType) =>
  z.unknown().meta({
    override: ({ jsonSchema }) => {
      const { $schema: _$schema, ...shown } = z.toJSONSchema(schema, { io: 'input' });
      Object.assign(jsonSchema, shown);
    },
  });

const utmAnswer = z.object(Object.fromEntries(UTM_FIELDS.map((field) => [field, z.string().nullable()])));

export const linkSchema = z
  .object({
    url_id: z.guid(),
    account_id: z.guid(),
    domain_id: z.guid(),
    domain: z.string(),
    short_code: z.string(),
    short_url: z.string(),
    destination_url: z.string(),
    title: z.string().nullable(),
    utm: utmAnswer,
    custom_query_params: z.record(z.string(), z.string()),
    space: z.string().nullable(),
    tags: z.array(z.string()),
    type: linkType,
    status: z.enum(['active', 'disabled', 'expired']),
    expires_at: z.string().nullable(),
    password_protected: z.boolean(),
    redirect_status_code: redirectStatusCode,
    pass_click_id: z.boolean(),
    forward_query: z.boolean(),
    routing_rules: routingRules,
    qr: z.object({ preset_id: z.guid().nullable(), style: styleSchema.nullable() }).nullable(),
    clicks: z.int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Link' });

export const linkAnswerSchema = z
  .object({ ok: z.literal(true), link: linkSchema })
  .meta({ id: 'LinkAnswer' });

/** What the style of a QR state has to be known of, beside what else is answered. */
export const qrWarnings = { warnings: warningsSchema.optional() };

/** What the rows of these routes have in common. */
export const linkRoute = { function: 'api', dialect: 'nimriz', auth: 'workspace', tag: 'links' } as const;
