import * as z from 'zod';
import { cutUtf8 } from '#shared/utf8.ts';
import { CLICK_TAGS, CLICK_TEXT_BYTES, cutClickText } from './capture/click-texts.ts';
import type { Click } from './click.ts';
import { isClickId } from './click-id.ts';

/**
 * A member that an older or newer redirect does not send is unknown, and what it sends beyond these is dropped: other
 * members, and what of a text is beyond its bound.
 */
const text = (member: keyof typeof CLICK_TEXT_BYTES) =>
  z
    .string()
    .transform((sent) => cutClickText(member, sent))
    .nullable()
    .default(null);

/** One that finds its link, or tells it apart, is whole or none. */
const whole = (member: 'shortCode' | 'domain') => z.string().max(CLICK_TEXT_BYTES[member]);

const tag = z.string().transform((sent) => cutUtf8(sent, CLICK_TAGS.bytesEach));

const clickSchema: z.ZodType<Click> = z.object({
  clickId: z.string().refine(isClickId, 'not a ULID'),
  workspaceId: z.guid(),
  urlId: z.guid(),
  shortCode: whole('shortCode'),
  domain: whole('domain'),
  touchType: z.enum(['short_link_click', 'qr_scan']),
  bot: z.boolean(),
  countryCode: text('countryCode'),
  countryName: text('countryName'),
  regionCode: text('regionCode'),
  regionName: text('regionName'),
  city: text('city'),
  deviceCategory: z.enum(['mobile', 'tablet', 'desktop']).nullable().default(null),
  deviceBrand: text('deviceBrand'),
  deviceModel: text('deviceModel'),
  browserFamily: text('browserFamily'),
  browserVersion: text('browserVersion'),
  osFamily: text('osFamily'),
  osVersion: text('osVersion'),
  referrer: text('referrer'),
  referrerHost: text('referrerHost'),
  socialSource: text('socialSource'),
  utmSource: text('utmSource'),
  utmMedium: text('utmMedium'),
  utmCampaign: text('utmCampaign'),
  utmTerm: text('utmTerm'),
  utmContent: text('utmContent'),
  variantKey: text('variantKey'),
  space: text('space'),
  tags: z.array(tag).max(CLICK_TAGS.most).default([]),
  visitorHash: text('visitorHash'),
});

/**
 * A click from its JSON, as messages of the Clicks queue and journal lines hold it.
 * @throws Error that names what is wrong with it
 */
export function parseClick(json: string): Click {
  return checkClick(JSON.parse(json));
}

/** A click from parsed JSON. @throws Error that names what is wrong with it */
export function checkClick(value: unknown): Click {
  const result = clickSchema.safeParse(value);
  if (result.success) return result.data;
  throw new Error(`not a click: ${z.prettifyError(result.error)}`);
}
