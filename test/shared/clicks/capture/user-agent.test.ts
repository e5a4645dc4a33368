import fc from 'fast-check';
import { parseUserAgent, ruleOs } from '#shared/clicks/capture/user-agent.ts';

const NOTHING = {
  deviceCategory: null,
  deviceBrand: null,
  deviceModel: null,
  browserFamily: null,
  browserVersion: null,
  osFamily: null,
  osVersion: null,
};

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

test.each([
  ['', 'an empty agent'],
  ['   ', 'a blank agent'],
  ['curl/8.5.0', 'a command'],
  ['python-requests/2.31.0', 'a library, in whose name the parser sees a headset'],
  ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 'a link preview'],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'a crawler'],
])('%j is a bot of which nothing else is known: %s', (agent) => {
  expect(parseUserAgent(agent)).toEqual({ ...NOTHING, bot: true });
});

test('a crawler that shows itself as a telephone is both', () => {
  const agent = `Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) ${WEBKIT} Chrome/122.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`;
  expect(parseUserAgent(agent)).toMatchObject({
    bot: true,
    deviceCategory: 'mobile',
    browserFamily: 'Chrome',
    osFamily: 'Android',
  });
});

test('a crawler that shows itself as a desktop browser has no device', () => {
  const agent = `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/122.0.0.0 Safari/537.36`;
  expect(parseUserAgent(agent)).toMatchObject({ bot: true, deviceCategory: null });
});

const PEOPLE: [string, string, object][] = [
  [
    'Safari on an iPhone',
    `${IPHONE} Version/17.4 Mobile/15E148 Safari/604.1`,
    {
      bot: false,
      deviceCategory: 'mobile',
      deviceBrand: 'Apple',
      deviceModel: 'iPhone',
      browserFamily: 'Safari',
      browserVersion: '17.4',
      osFamily: 'iOS',
      osVersion: '17.4',
    },
  ],
  [
    'Chrome on a Pixel',
    `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${WEBKIT} Chrome/122.0.0.0 Mobile Safari/537.36`,
    {
      deviceCategory: 'mobile',
      deviceBrand: 'Google',
      deviceModel: 'Pixel 8',
      browserFamily: 'Chrome',
      browserVersion: '122.0',
      osFamily: 'Android',
      osVersion: '14',
    },
  ],
  [
    'Chrome on an Android that hides its model',
    `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/122.0.0.0 Mobile Safari/537.36`,
    { deviceCategory: 'mobile', deviceBrand: null, deviceModel: null },
  ],
  [
    'a Samsung tablet',
    `Mozilla/5.0 (Linux; Android 13; SM-X906C) ${WEBKIT} Chrome/120.0.0.0 Safari/537.36`,
    { deviceCategory: 'tablet', deviceBrand: 'Samsung', deviceModel: 'SM-X906C' },
  ],
  [
    'Safari on an iPad',
    'Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
    { deviceCategory: 'tablet', deviceModel: 'iPad', osFamily: 'iOS' },
  ],
  [
    'Safari on a Mac',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
    { deviceCategory: 'desktop', browserFamily: 'Safari', osFamily: 'macOS', osVersion: '10.15.7' },
  ],
  [
    'Edge on Windows',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/122.0.0.0 Safari/537.36 Edg/122.0.2365.92`,
    {
      deviceCategory: 'desktop',
      browserFamily: 'Edge',
      browserVersion: '122.0',
      osFamily: 'Windows',
      osVersion: '10',
    },
  ],
  [
    'Firefox on Ubuntu',
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0',
    { deviceCategory: 'desktop', browserFamily: 'Firefox', osFamily: 'Linux', osVersion: null },
  ],
  [
    'Firefox on a Linux that names its processor only',
    'Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0',
    { osFamily: 'Linux', osVersion: null },
  ],
  [
    'a Chromebook',
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/122.0.0.0 Safari/537.36`,
    { deviceCategory: 'desktop', osFamily: 'ChromeOS' },
  ],
  [
    'a television',
    `Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) ${WEBKIT} 76.0.3809.146/6.0 TV Safari/537.36`,
    { deviceCategory: 'desktop', osFamily: 'Tizen' },
  ],
  [
    "Instagram's own browser",
    `${IPHONE} Mobile/21E219 Instagram 322.0.0.29.91 (iPhone14,5; iOS 17_4; en_US; en; scale=3.00; 1170x2532; 574251462)`,
    { bot: false, deviceCategory: 'mobile', browserFamily: 'Instagram', osFamily: 'iOS' },
  ],
];

test.each(PEOPLE)('%s', (_, agent, expected) => {
  expect(parseUserAgent(agent)).toMatchObject({ bot: false, ...expected });
});

test.each([
  ['iOS', 'ios'],
  ['Android', 'android'],
  ['Windows', 'windows'],
  ['macOS', 'macos'],
  ['Linux', 'linux'],
  ['ChromeOS', 'chromeos'],
  ['Tizen', 'other'],
  ['constructor', 'other'],
  [null, 'other'],
])('routing rules call %j %s', (family, name) => expect(ruleOs(family)).toBe(name));

test('eight kilobytes of agent are read in no time and leave nothing long', () => {
  for (const piece of ['Android 14; SM-', 'a', ' (', 'Mozilla/5.0 Chrome/1', '\u{1F600}', 'Build/ ;']) {
    const agent = piece.repeat(Math.ceil(8192 / piece.length));
    const begun = performance.now();
    const values = Object.values(parseUserAgent(agent)).filter((value) => typeof value === 'string');
    expect(performance.now() - begun).toBeLessThan(200);
    for (const value of values) expect(value.length).toBeLessThanOrEqual(40);
  }
});

test('what stands after the first kilobyte is not looked at', () => {
  const [, agent] = PEOPLE[0]!;
  expect(parseUserAgent(`${agent}${' '.repeat(1024)}Googlebot/2.1`).bot).toBe(false);
  expect(parseUserAgent(`${agent} Googlebot/2.1`).bot).toBe(true);
});

test('property: whatever is sent, names are bounded, trimmed and never empty', () => {
  const known = fc.constantFrom(...PEOPLE.map(([, agent]) => agent));
  const mutated = fc
    .tuple(known, fc.nat(), fc.string({ maxLength: 60 }))
    .map(([agent, at, text]) => agent.slice(0, at % agent.length) + text + agent.slice(at % agent.length));
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 2000 }), mutated), (agent) => {
      for (const value of Object.values(parseUserAgent(agent))) {
        if (typeof value !== 'string') continue;
        expect(value.length).toBeGreaterThan(0);
        expect(value.length).toBeLessThanOrEqual(40);
      }
    }),
  );
});
