import * as z from 'zod';
import { textUpTo } from '#shared/characters.ts';
import { clickIdOf } from '#shared/clicks/click-id.ts';
import { instant } from '#shared/input/instant.ts';
import { validate } from '#shared/input/validate.ts';
import { type Conversion, EVENT_NAMES } from './conversion.ts';

/** The sender's clock may be ahead by as much as its signature may. */
const FUTURE_MS = 300_000;

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

const text = textUpTo(200).trim().min(1);

const clickToken = z
  .string()
  .refine((token) => clickIdOf(token) !== undefined, {
    error: 'not a click id: nimct_ and a ULID, as handed on in nim_ct',
  })
  .meta({ pattern: '^nimct_[0-7][0-9A-HJKMNP-TV-Z]{25}$' })
  .transform((token) => clickIdOf(token)!);

/** In words of JSON Schema: a member that is there, and not null. */
const needed = (member: string) => ({
  required: [member],
  properties: { [member]: { type: 'string' as const } },
});

/**
 * An amount, up to a million millions either way. Nearer to 0 than a table's numbers come, it is refused.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-data-types-number
 */
const amount = z
  .number()
  .min(-1e12)
  .max(1e12)
  .refine((value) => value === 0 || Math.abs(value) >= 1e-130, 'it must be 0 or at least 1e-130 either way');

/** The body of a conversion, as the callback takes it. */
export const conversionSchema = z.strictObject({
  event_name: z.enum(EVENT_NAMES),
  event_time: instant.describe('When it happened, with an offset.'),
  event_id: text.describe('The same id is the same event, however often it is sent.'),
  user_data: z
    .strictObject({
      click_id: clickToken.nullish().describe('As the destination got it in nim_ct.'),
      external_id: text
        .nullish()
        .describe('Your own id of the visitor, of which only a keyed hash is kept, as long as the click is.'),
    })
    .refine(({ click_id, external_id }) => click_id != null || external_id != null, {
      error: 'one of "click_id" and "external_id" is needed',
    })
    .describe(
      'One of the two is enough: an external_id alone goes to the last click that it came with, else the conversion is recorded unattributed.',
    )
    .meta({ override: { anyOf: [needed('click_id'), needed('external_id')] } }),
  custom_data: z
    .strictObject({
      order_id: text.nullish(),
      value: amount.nullish(),
      currency: z
        .string()
        .refine((code) => CURRENCIES.has(code), 'not a currency: three capital letters of ISO 4217')
        .meta({ pattern: '^[A-Z]{3}$', examples: ['EUR', 'USD'] })
        .nullish(),
    })
    .nullish(),
});

/**
 * A conversion from a parsed body.
 * @throws Problem 'invalid_conversion' naming the wrong field, 'invalid_request' for an unknown one
 */
export function parseConversion(body: unknown, workspaceId: string, nowMs: number): Conversion {
  const upToNow = conversionSchema.refine(({ event_time }) => Date.parse(event_time) <= nowMs + FUTURE_MS, {
    path: ['event_time'],
    error: 'lies in the future',
  });
  const conversion = validate(upToNow, body, { where: 'body', code: 'invalid_conversion' });
  const { event_name, event_time, event_id, user_data, custom_data } = conversion;
  return {
    workspaceId,
    eventId: event_id,
    eventName: event_name,
    eventAtMs: Date.parse(event_time),
    clickId: user_data.click_id ?? null,
    externalId: user_data.external_id ?? null,
    orderId: custom_data?.order_id ?? null,
    value: custom_data?.value ?? null,
    currency: custom_data?.currency ?? null,
  };
}
