import type { Click } from '#shared/clicks/click.ts';
import { clickMs, firstClickIdAt } from '#shared/clicks/click-id.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import type { ClickReader, RawClick } from '#shared/clicks/read/click-reader.ts';
import { firstUuidAt } from '#shared/ids.ts';

export const SAMPLE_WORKSPACE = '0196f000-0000-7000-8000-000000000000';
export const SAMPLE_DAY_MS = Date.UTC(2026, 3, 1);

const BATCH = 1_000;

/** From one click to the next; 1.2 million fit into a day. */
const STEP_MS = 72;

const pick = <T>(values: readonly T[], n: number): T => values[(n * 7919) % values.length]!;

const CITIES = [
  'San Francisco',
  'New York',
  'Berlin',
  'Paris',
  'São Paulo',
  'London',
  'Washington, D.C.',
  null,
];
const REFERRERS = [null, null, 'www.facebook.com', 't.co', 'www.linkedin.com', 'www.google.com'];
const CAMPAIGNS = ['spring-launch', 'sale', 'newsletter', 'welcome "friends"', '=discount', 'partner'];

/** The nth of many clicks as a busy day has them: some cells need quotes, some the formula guard. */
export const sampleClick = (n: number): Click => ({
  clickId: firstClickIdAt(SAMPLE_DAY_MS + n * STEP_MS),
  workspaceId: SAMPLE_WORKSPACE,
  urlId: firstUuidAt(SAMPLE_DAY_MS - (n % 2_000) * 1_000),
  shortCode: `slug${(n * 7919) % 2_000}`,
  domain: 'links.example.com',
  touchType: n % 9 === 0 ? 'qr_scan' : 'short_link_click',
  bot: n % 33 === 0,
  countryCode: pick(['US', 'US', 'GB', 'DE', 'FR', 'BR'], n),
  countryName: pick(['United States', 'United Kingdom', 'Germany', 'France', 'Brazil'], n),
  regionCode: pick(['CA', 'NY', 'BE', 'IDF', 'SP', 'ENG'], n),
  regionName: pick(['California', 'New York', 'Berlin', 'Île-de-France'], n),
  city: pick(CITIES, n),
  deviceCategory: pick(['mobile', 'desktop', 'tablet'], n),
  deviceBrand: pick(['Apple', 'Samsung', null], n),
  deviceModel: pick(['iPhone', 'SM-S918B', null], n),
  browserFamily: pick(['Chrome', 'Mobile Safari', 'Firefox', 'Edge'], n),
  browserVersion: pick(['126.0.0.0', '17.5', '127.0'], n),
  osFamily: pick(['iOS', 'Android', 'Windows', 'macOS'], n),
  osVersion: pick(['17.5.1', '14', '10'], n),
  referrer: pick(['https://www.facebook.com/', 'https://t.co/x', null], n),
  referrerHost: pick(REFERRERS, n),
  socialSource: pick(['facebook', 'x', null], n),
  utmSource: pick(['newsletter', 'instagram', 'google', null], n),
  utmMedium: pick(['email', 'social', 'cpc', null], n),
  utmCampaign: pick(CAMPAIGNS, n),
  utmTerm: null,
  utmContent: pick(['story-1', 'hero', null], n),
  variantKey: pick(['a', 'b', null], n),
  space: 'Marketing',
  tags: ['spring', 'launch'],
  visitorHash: 'q1mJ0yqvCw3nJc6h1x9f2A',
});

const stored = (n: number): RawClick => storedAt(n, SAMPLE_DAY_MS + n * STEP_MS);

/** The nth of many clicks as it is stored, made at another instant. */
export const storedAt = (n: number, atMs: number): RawClick =>
  clickItem({ ...sampleClick(n), clickId: firstClickIdAt(atMs) }, atMs + 900, false, 4e9);

/** Stored clicks, oldest first. */
export const sampleClicks = (count: number): RawClick[] => Array.from({ length: count }, (_, n) => stored(n));

/** A reader of so many clicks that are made while they are read. */
export const sampleReader = (count: number): Pick<ClickReader, 'read'> => ({
  async *read({ fromMs, toMs, after }) {
    const next = after === undefined ? 0 : (clickMs(after) - SAMPLE_DAY_MS) / STEP_MS + 1;
    const end = Math.min(count, Math.floor((toMs - SAMPLE_DAY_MS) / STEP_MS) + 1);
    for (let n = Math.max(next, Math.ceil((fromMs - SAMPLE_DAY_MS) / STEP_MS)); n < end; n += BATCH) {
      const from = n;
      yield Array.from({ length: Math.min(BATCH, end - from) }, (_, at) => stored(from + at));
    }
  },
});
