import * as z from 'zod';
import type { Click } from './click.ts';
import { isClickId } from './click-id.ts';

/** A member that an older or newer redirect does not send is unknown; one that it sends beyond these is dropped. */
const text = z.string().nullable().default(null);

const clickSchema: z.ZodType<Click> = z.object({
  clickId: z.string().refine(isClickId, 'not a ULID'),
  workspaceId: z.guid(),
  urlId: z.guid(),
  shortCode: z.string(),
  domain: z.string(),
  touchType: z.enum(['short_link_click', 'qr_scan']),
  bot: z.boolean(),
  countryCode: text,
  countryName: text,
  regionCode: text,
  regionName: text,
  city: text,
  deviceCategory: z.enum(['mobile', 'tablet', 'desktop']).nullable().default(null),
  deviceBrand: text,
  deviceModel: text,
  browserFamily: text,
  browserVersion: text,
  osFamily: text,
  osVersion: text,
  referrer: text,
  referrerHost: text,
  socialSource: text,
  utmSource: text,
  utmMedium: text,
  utmCampaign: text,
  utmTerm: text,
  utmContent: text,
  variantKey: text,
  space: text,
  tags: z.array(z.string()).default([]),
  visitorHash: text,
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
