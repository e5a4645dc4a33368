import { type Capture, captureClick, placeOf } from '#shared/clicks/capture/capture.ts';
import { parseUserAgent } from '#shared/clicks/capture/user-agent.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import { NO_UTM } from '#shared/links/link.ts';
import { SAFARI_ON_IPHONE, slugLink } from '#test/functions/redirect/open-redirect.ts';

const NOWHERE = {
  country: undefined,
  countryName: undefined,
  region: undefined,
  regionName: undefined,
  city: undefined,
};

const capture = (over: Partial<Capture> = {}) =>
  captureClick({
    clickId: '01HXYZ0000000000000000000A',
    link: slugLink(),
    scan: false,
    agent: parseUserAgent(SAFARI_ON_IPHONE),
    place: placeOf(NOWHERE),
    referrer: '',
    utm: NO_UTM,
    variantKey: null,
    visitorHash: null,
    ...over,
  });

describe('places', () => {
  test('an edge that knows nothing makes an unknown place', () => {
    expect(placeOf(NOWHERE)).toEqual({
      countryCode: null,
      countryName: null,
      regionCode: null,
      regionName: null,
      city: null,
    });
  });

  test.each(['', 'D', 'DEU', '1A', 'D!', '<b>', '=1'])('%j is no country code', (country) => {
    expect(placeOf({ ...NOWHERE, country }).countryCode).toBeNull();
  });

  test.each(['', 'ABCD', 'B E', '-'])('%j is no region code', (region) => {
    expect(placeOf({ ...NOWHERE, region }).regionCode).toBeNull();
  });

  test('a country that comes as a code alone gets its name, a code of no country none', () => {
    expect(placeOf({ ...NOWHERE, country: 'DE' })).toMatchObject({
      countryCode: 'DE',
      countryName: 'Germany',
    });
    expect(placeOf({ ...NOWHERE, country: 'QX' })).toMatchObject({ countryCode: 'QX', countryName: null });
  });

  test('names come percent-encoded', () => {
    const place = placeOf({
      country: 'br',
      countryName: 'Brazil',
      region: 'SP',
      regionName: 'S%C3%A3o%20Paulo',
      city: 'S%C3%A3o%20Bernardo',
    });
    expect(place).toEqual({
      countryCode: 'BR',
      countryName: 'Brazil',
      regionCode: 'SP',
      regionName: 'São Paulo',
      city: 'São Bernardo',
    });
  });

  test.each(['%', '%ZZ', '50%', '%C3'])('a name with the broken encoding %j stays as it is', (city) => {
    expect(placeOf({ ...NOWHERE, city }).city).toBe(city);
  });

  test('a long name is cut', () => {
    const { city } = placeOf({ ...NOWHERE, city: encodeURIComponent('ö'.repeat(500)) });
    expect(city).toBe('ö'.repeat(48));
  });
});

describe('referrers', () => {
  test.each(['', 'not a url', '/path', 'about:blank', 'data:text/html,x'])('%j has no host', (referrer) => {
    expect(capture({ referrer }).referrerHost).toBeNull();
  });

  test.each([
    ['https://News.Example:8443/a?b', 'news.example'],
    ['https://www.Example./', 'www.example'],
    ['http://192.0.2.7/x', '192.0.2.7'],
    ['http://münchen.example/', 'xn--mnchen-3ya.example'],
  ])('the host of %s is %s', (referrer, host) => {
    expect(capture({ referrer })).toMatchObject({ referrer, referrerHost: host });
  });

  test.each([
    'android-app://x;=HYPERLINK(1)/',
    'https://a;=1+1.example/',
    'https://-1.example/',
    "https://a'b.example/",
    'https://a..example/',
    'http://[2001:db8::1]/',
    `https://${'a'.repeat(64)}.example/`,
    `https://${'a.'.repeat(130)}example/`,
    'ftp://files.example/',
  ])('%s has no host name', (referrer) => {
    expect(capture({ referrer }).referrerHost).toBeNull();
  });

  test('an app has no host name, but tells its platform', () => {
    const click = capture({ referrer: 'android-app://com.Slack/' });
    expect(click).toMatchObject({ referrerHost: null, socialSource: 'slack' });
  });

  test('the host is taken before the referrer is cut', () => {
    const referrer = `https://${'user'.repeat(80)}@www.facebook.com/`;
    const click = capture({ referrer });
    expect(click).toMatchObject({ referrerHost: 'www.facebook.com', socialSource: 'facebook' });
    expect(click.referrer).toBe(referrer.slice(0, 256));
  });

  test('a cut never splits a character', () => {
    const referrer = `https://a.example/${'x'.repeat(236)}${'€'.repeat(9)}`;
    expect(capture({ referrer }).referrer).toBe(referrer.slice(0, 254));
  });
});

test('a click holds what the link and the visit were at that moment', () => {
  const link = slugLink({ space: 'Spring', tags: ['a', 'b'] });
  const utm = { ...NO_UTM, source: 's', campaign: 'c' };
  expect(capture({ link, utm, scan: true, variantKey: 'b', visitorHash: 'h' })).toMatchObject({
    clickId: '01HXYZ0000000000000000000A',
    workspaceId: link.workspaceId,
    urlId: link.urlId,
    shortCode: 'spring',
    domain: 'go.example',
    touchType: 'qr_scan',
    bot: false,
    deviceCategory: 'mobile',
    utmSource: 's',
    utmMedium: null,
    utmCampaign: 'c',
    variantKey: 'b',
    space: 'Spring',
    tags: ['a', 'b'],
    visitorHash: 'h',
  });
});

test('UTM values that a destination brings along are bounded', () => {
  const long = 'ü'.repeat(1000);
  const utm = { source: long, medium: long, campaign: long, term: long, content: long };
  const kept = 'ü'.repeat(128);
  expect(capture({ utm })).toMatchObject({
    utmSource: kept,
    utmMedium: kept,
    utmCampaign: kept,
    utmTerm: kept,
    utmContent: kept,
  });
});

test('an ordinary visit, with all that it can tell, is stored in less than 500 bytes', () => {
  const click = capture({
    link: slugLink({ space: 'Spring campaign', tags: ['newsletter', 'vip'] }),
    place: placeOf({
      country: 'DE',
      countryName: 'Germany',
      region: 'NW',
      regionName: 'North%20Rhine-Westphalia',
      city: 'M%C3%B6nchengladbach',
    }),
    referrer: 'https://www.instagram.com/some.profile/?hl=de',
    utm: { source: 'newsletter', medium: 'email', campaign: 'spring-2026', term: null, content: 'header' },
    visitorHash: 'abcdefghijklmnop',
  });
  expect(itemBytes(clickItem(click, 1_780_000_000_000, false, 1_900_000_000))).toBeLessThan(500);
});

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const itemBytes = (item: RawClick): number =>
  Object.entries(item).reduce((bytes, [name, { S, N }]) => {
    const value = S !== undefined ? Buffer.byteLength(S) : N !== undefined ? Math.ceil(N.length / 2) + 1 : 1;
    return bytes + name.length + value;
  }, 0);
