import { ulid } from 'ulid';
import type { Click } from '#shared/clicks/click.ts';
import { newUuid } from '#shared/ids.ts';

/** A click with everything filled in as a busy day would have it; members replace its own. */
export const aClick = (members: Partial<Click> & { atMs?: number } = {}): Click => {
  const { atMs = Date.UTC(2026, 3, 12, 9, 30), ...own } = members;
  return {
    clickId: ulid(atMs),
    workspaceId: '11111111-1111-4111-8111-111111111111',
    urlId: newUuid(),
    shortCode: 'spring-launch',
    domain: 'links.example.com',
    touchType: 'short_link_click',
    bot: false,
    countryCode: 'DE',
    countryName: 'Germany',
    regionCode: 'BE',
    regionName: 'Berlin',
    city: 'Berlin',
    deviceCategory: 'mobile',
    deviceBrand: 'Apple',
    deviceModel: 'iPhone',
    browserFamily: 'Mobile Safari',
    browserVersion: '17.4',
    osFamily: 'iOS',
    osVersion: '17.4',
    referrer: 'https://www.instagram.com/stories/spring',
    referrerHost: 'www.instagram.com',
    socialSource: 'instagram',
    utmSource: 'instagram',
    utmMedium: 'social',
    utmCampaign: 'spring-launch',
    utmTerm: null,
    utmContent: 'story-1',
    variantKey: null,
    space: 'Marketing',
    tags: ['spring', 'launch'],
    visitorHash: 'q1mJ0yqvCw3nJc6h1x9f2A',
    ...own,
  };
};
