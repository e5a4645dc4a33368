import { CLICK_ATTRIBUTES as NAMES } from '#shared/clicks/click.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import { type Column, type ColumnTable, textAt } from '../files/columns.ts';

const textOf = (attribute: string) => textAt<RawClick>(attribute, 'S');
/** Words and ids of our own making, and host names. */
const safeTextOf = (attribute: string): Column<RawClick> => ({ ...textOf(attribute), safe: true });

/** The analytics columns, one row per click, in the order of the contract; values as they were at click time. */
export const ANALYTICS_COLUMNS = {
  clicked_at: { text: (click) => clickedAt(click.sk!.S!), safe: true },
  url_id: safeTextOf(NAMES.urlId),
  short_code: textOf(NAMES.shortCode),
  domain: safeTextOf(NAMES.domain),
  touch_type: {
    text: (click) => (click[NAMES.touchType]?.BOOL ? 'qr_scan' : 'short_link_click'),
    safe: true,
  },
  country: textOf(NAMES.countryCode),
  region: textOf(NAMES.regionCode),
  city: textOf(NAMES.city),
  device_category: safeTextOf(NAMES.deviceCategory),
  browser_family: textOf(NAMES.browserFamily),
  os_family: textOf(NAMES.osFamily),
  referrer_host: textOf(NAMES.referrerHost),
  social_source: textOf(NAMES.socialSource),
  bot_flag: {
    text: (click) => (click[NAMES.bot]?.BOOL ? 'true' : 'false'),
    json: (click) => click[NAMES.bot]?.BOOL ?? false,
    safe: true,
  },
  utm_source: textOf(NAMES.utmSource),
  utm_medium: textOf(NAMES.utmMedium),
  utm_campaign: textOf(NAMES.utmCampaign),
  utm_term: textOf(NAMES.utmTerm),
  utm_content: textOf(NAMES.utmContent),
  variant_key: textOf(NAMES.variantKey),
} as const satisfies ColumnTable<RawClick>;

let second = Number.NaN;
let secondText = '';

/** The click time of a click id as ISO 8601. Clicks come in order, so the text of their second is kept. */
function clickedAt(clickId: string): string {
  const ms = clickMs(clickId);
  const clickSecond = Math.floor(ms / 1000);
  if (clickSecond !== second) {
    secondText = new Date(ms).toISOString().slice(0, -4);
    second = clickSecond;
  }
  const rest = ms - clickSecond * 1000;
  return `${secondText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}
