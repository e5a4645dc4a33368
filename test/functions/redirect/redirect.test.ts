import type { APIGatewayProxyStructuredResultV2 as Answer } from 'aws-lambda';
import { isClickId } from '#shared/clicks/click-id.ts';
import { NO_UTM } from '#shared/links/link.ts';
import { slugResolver } from '#shared/redirects/resolve-slug.ts';
import { TimedOut } from '#shared/redirects/within.ts';
import { HOST, NOW, openRedirect, slugLink, visit } from './open-redirect.ts';

describe('refusals', () => {
  test.each(['', 'wrong', 'the-secret-of-the-edgf', 'the-secret-of-the-edge,x'])(
    'the edge secret %j is not the right one',
    async (secret) => {
      const { handle, clicks } = openRedirect([slugLink()]);
      const answer = await handle(visit({ headers: { 'x-slugline-edge': secret } }));
      expect(answer.statusCode).toBe(403);
      expect(answer.headers).not.toHaveProperty('location');
      expect(clicks).toEqual([]);
    },
  );

  test('a request without the edge secret is refused whatever else it asks for', async () => {
    const { handle } = openRedirect([slugLink()]);
    for (const request of [{ path: '/robots.txt' }, { method: 'DELETE' }, { path: '/nothing' }]) {
      const event = visit(request);
      delete event.headers['x-slugline-edge'];
      expect((await handle(event)).statusCode).toBe(403);
    }
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'get', 'PROPFIND'])(
    'the method %s is not allowed',
    async (method) => {
      const { handle, clicks } = openRedirect([slugLink()]);
      const answer = await handle(visit({ method }));
      expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD, POST' } });
      expect(clicks).toEqual([]);
    },
  );

  test.each([
    ['an unknown slug', { path: '/autumn' }],
    ['another case of the slug', { path: '/Spring' }],
    ['an unknown host', { headers: { 'x-slugline-host': 'other.example' } }],
    ['a subdomain of the host', { headers: { 'x-slugline-host': `www.${HOST}` } }],
    ['no host', { headers: { 'x-slugline-host': '' } }],
    ['a path that is no slug', { path: '/spring/../etc/passwd' }],
    ['the bare domain', { path: '/' }],
    ['a form for an unknown slug', { path: '/autumn', method: 'POST', body: 'password=x' }],
  ])('%s is 404, and not recorded', async (_, request) => {
    const { handle, clicks } = openRedirect([slugLink()]);
    const answer = await handle(visit(request));
    expect(answer).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
    expect(clicks).toEqual([]);
  });

  test.each([
    ['disabled', { status: 'disabled' }],
    ['expired', { expiresAtMs: NOW }],
    ['expired and disabled', { status: 'disabled', expiresAtMs: NOW - 1 }],
    ['expired and protected by a password', { expiresAtMs: NOW, passwordHash: 'x' }],
  ] as const)('a link that is %s is 410, and not recorded', async (_, over) => {
    const { handle, clicks } = openRedirect([slugLink(over)]);
    for (const method of ['GET', 'HEAD', 'POST']) {
      expect((await handle(visit({ method }))).statusCode).toBe(410);
    }
    expect(clicks).toEqual([]);
  });

  test('a link that cannot be looked up is 503 with a time to come back, and tells no internals', async () => {
    const resolve = () => Promise.reject(new Error('no route to dynamodb'));
    const { handle, errors } = openRedirect([], { resolve });
    const answer = await handle(visit());
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    expect(answer.body).not.toMatch(/dynamodb/);
    expect(errors).toHaveLength(1);
  });

  test('a visit that takes too long is 503 before the function runs out of time', async () => {
    const resolve = () => new Promise<never>(() => {});
    const { handle, errors } = openRedirect([], { resolve, timeoutMs: 20 });
    expect((await handle(visit())).statusCode).toBe(503);
    expect(errors).toEqual([new TimedOut('the visit', 20)]);
  });

  test('a stored destination that is no URL leads nowhere', async () => {
    const { handle, clicks } = openRedirect([slugLink({ destinationUrl: '//evil.example\r\nx: y' })]);
    expect((await handle(visit())).statusCode).toBe(503);
    expect(clicks).toEqual([]);
  });
});

test.each([
  ['expired meanwhile', { expiresAtMs: NOW + 1_000 }, 410],
  ['was disabled', { status: 'disabled' }, 410],
  ['is neither', {}, 302],
] as const)('with the tables down, a remembered link that %s', async (_, over, status) => {
  const link = slugLink(over);
  let now = NOW;
  let down = false;
  const answer = async <T>(value: T) => {
    if (down) throw new Error('the table is down');
    return value;
  };
  const { domainId, workspaceId } = link;
  const resolve = slugResolver({
    hosts: { findHost: (host) => answer({ host, domainId, workspaceId, status: 'ready' }) },
    links: { findSlug: () => answer({ kind: 'link', link }) },
    timeouts: { knownMs: 1_000, unknownMs: 1_000 },
    remembered: 10,
    onStale: () => {},
  });
  const { handle } = openRedirect([], { resolve, now: () => now });
  await handle(visit());
  down = true;
  now += 1_000;
  expect((await handle(visit())).statusCode).toBe(status);
});

describe('well-known paths', () => {
  test('crawlers may follow links', async () => {
    const { handle } = openRedirect([]);
    const answer = await handle(visit({ path: '/robots.txt' }));
    expect(answer).toMatchObject({ statusCode: 200, body: 'User-agent: *\nDisallow:\n' });
  });

  test('there is no icon, and no question about it twice a day', async () => {
    const { handle } = openRedirect([]);
    const answer = await handle(visit({ path: '/favicon.ico' }));
    expect(answer).toMatchObject({ statusCode: 204, headers: { 'cache-control': 'public, max-age=86400' } });
  });

  test('they take no forms', async () => {
    const { handle } = openRedirect([]);
    expect((await handle(visit({ path: '/robots.txt', method: 'POST' }))).statusCode).toBe(405);
  });
});

describe('answered but not recorded', () => {
  test('HEAD, without a body', async () => {
    const { handle, clicks } = openRedirect([slugLink()]);
    const answer = await handle(visit({ method: 'HEAD' }));
    expect(answer).toMatchObject({ statusCode: 302, headers: { location: 'https://example.com/landing' } });
    expect(answer).not.toHaveProperty('body');
    expect(await handle(visit({ method: 'HEAD', path: '/autumn' }))).not.toHaveProperty('body');
    expect(clicks).toEqual([]);
  });

  test('a prefetch, which gets no click id either', async () => {
    const { handle, clicks } = openRedirect([slugLink({ passClickId: true })]);
    const answer = await handle(visit({ headers: { 'sec-purpose': 'prefetch;prerender' } }));
    expect(answer).toMatchObject({ statusCode: 302, headers: { location: 'https://example.com/landing' } });
    expect(clicks).toEqual([]);
  });

  test('a form for a link without a password, which comes back as a visit', async () => {
    const { handle, clicks } = openRedirect([slugLink()]);
    const answer = await handle(visit({ method: 'POST', body: 'password=x', query: 'nr=qr&x=y' }));
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: '/spring?nr=qr' } });
    expect(clicks).toEqual([]);
  });
});

describe('redirects', () => {
  test.each(['/spring/', '/spring.', '/spring)', '/spring%20', '/spring%E2%80%8B'])(
    '%s leads where /spring does',
    async (path) => {
      const { handle, clicks } = openRedirect([slugLink()]);
      const answer = await handle(visit({ path }));
      expect(answer).toMatchObject({ statusCode: 302, headers: { location: 'https://example.com/landing' } });
      expect(clicks).toMatchObject([{ shortCode: 'spring' }]);
    },
  );

  test.each([302, 301] as const)('a %d is kept by nobody', async (redirectStatusCode) => {
    const { handle } = openRedirect([slugLink({ redirectStatusCode })]);
    const answer = await handle(visit());
    expect(answer).toMatchObject({
      statusCode: redirectStatusCode,
      headers: { location: 'https://example.com/landing', 'cache-control': 'private, no-store' },
    });
  });

  test("the visitor's own query is not handed on", async () => {
    const { handle } = openRedirect([slugLink()]);
    const answer = await handle(visit({ query: 'next=https://evil.example&utm_source=forged&%ZZ' }));
    expect(answer.headers!.location).toBe('https://example.com/landing');
  });

  test("the visitor's own query is handed on by links that want it, and stands in the click", async () => {
    const link = slugLink({ destinationUrl: 'https://example.com/?utm_source=own', forwardQuery: true });
    const { handle, clicks } = openRedirect([link]);
    const query = 'nr=qr&utm_source=forged&gclid=%7E1&utm_term=%C3%BC&nim_ct=forged';
    const { location } = (await handle(visit({ query }))).headers!;
    expect(location).toBe('https://example.com/?utm_source=own&gclid=%7E1&utm_term=%C3%BC');
    expect(clicks).toMatchObject([{ touchType: 'qr_scan', utmSource: 'own', utmTerm: 'ü' }]);
    await handle(visit({ query: `utm_term=${'%C3%BC'.repeat(300)}` }));
    expect(clicks[1]!.utmTerm).toBe('ü'.repeat(128));
  });

  test('the port of the host is ignored', async () => {
    const { handle } = openRedirect([slugLink()]);
    const answer = await handle(visit({ headers: { 'x-slugline-host': `${HOST.toUpperCase()}:3001` } }));
    expect(answer.statusCode).toBe(302);
  });

  test("the click's own id is handed on to links that want it", async () => {
    const { handle, clicks } = openRedirect([slugLink({ passClickId: true })]);
    const answer = await handle(visit());
    const { clickId } = clicks[0]!;
    expect(isClickId(clickId)).toBe(true);
    expect(answer.headers!.location).toBe(`https://example.com/landing?nim_ct=nimct_${clickId}`);
  });

  test('rules lead elsewhere, with the parameters of the link', async () => {
    const link = slugLink({
      utm: { ...NO_UTM, source: 'mail' },
      routingRules: [
        {
          name: 'Germans',
          enabled: true,
          conditions: { countryIn: ['DE'], deviceTypeIn: ['mobile'], deviceOsIn: ['ios'], timeWindows: [] },
          actionType: 'destination_override',
          destinationUrl: 'https://example.de/?utm_term=de',
        },
      ],
    });
    const { handle, clicks } = openRedirect([link]);
    const there = await handle(visit());
    expect(there.headers!.location).toBe('https://example.de/?utm_term=de&utm_source=mail');
    const elsewhere = await handle(visit({ headers: { 'cloudfront-viewer-country': 'FR' } }));
    expect(elsewhere.headers!.location).toBe('https://example.com/landing?utm_source=mail');
    expect(clicks).toMatchObject([
      { countryCode: 'DE', utmSource: 'mail', utmTerm: 'de' },
      { countryCode: 'FR', utmSource: 'mail', utmTerm: null },
    ]);
  });
});

describe('what is recorded', () => {
  test('one click, with everything as it was', async () => {
    const { handle, clicks, errors } = openRedirect([slugLink({ space: 'Spring', tags: ['a', 'b'] })]);
    await handle(visit({ headers: { referer: 'https://l.instagram.com/?u=x' } }));
    expect(errors).toEqual([]);
    expect(clicks).toEqual([
      {
        clickId: expect.stringMatching(/^[0-9A-Z]{26}$/),
        workspaceId: slugLink().workspaceId,
        urlId: slugLink().urlId,
        shortCode: 'spring',
        domain: HOST,
        touchType: 'short_link_click',
        bot: false,
        countryCode: 'DE',
        countryName: 'Germany',
        regionCode: 'BE',
        regionName: 'Land Berlin',
        city: 'Berlin',
        deviceCategory: 'mobile',
        deviceBrand: 'Apple',
        deviceModel: 'iPhone',
        browserFamily: 'Safari',
        browserVersion: '17.4',
        osFamily: 'iOS',
        osVersion: '17.4',
        referrer: 'https://l.instagram.com/?u=x',
        referrerHost: 'l.instagram.com',
        socialSource: 'instagram',
        utmSource: null,
        utmMedium: null,
        utmCampaign: null,
        utmTerm: null,
        utmContent: null,
        variantKey: null,
        space: 'Spring',
        tags: ['a', 'b'],
        visitorHash: expect.stringMatching(/^[\w-]{16}$/),
      },
    ]);
  });

  test('neither address nor agent', async () => {
    const { handle, clicks } = openRedirect([slugLink()]);
    await handle(visit());
    const stored = JSON.stringify(clicks);
    expect(stored).not.toContain('198.51.100.7');
    expect(stored).not.toContain('AppleWebKit');
  });

  test('a QR code makes a scan, a bot is flagged, an empty agent is a bot', async () => {
    const { handle, clicks } = openRedirect([slugLink()]);
    await handle(visit({ query: 'nr=qr' }));
    await handle(visit({ headers: { 'user-agent': 'Googlebot/2.1' } }));
    await handle(visit({ headers: { 'user-agent': '' } }));
    expect(clicks.map(({ touchType, bot }) => [touchType, bot])).toEqual([
      ['qr_scan', false],
      ['short_link_click', true],
      ['short_link_click', true],
    ]);
  });

  test('a visit whose deployment secret cannot be had, without its visitor', async () => {
    const secrets = { derive: () => Promise.reject(new Error('down')) };
    const { handle, clicks, errors } = openRedirect([slugLink()], { secrets });
    expect((await handle(visit())).statusCode).toBe(302);
    expect(clicks).toMatchObject([{ visitorHash: null }]);
    expect(errors).toHaveLength(1);
  });

  test('headers of eight kilobytes each, within bounds', async () => {
    const { handle, clicks } = openRedirect([slugLink()]);
    const long = 'ä1 '.repeat(2_700);
    const headers = Object.fromEntries(
      ['user-agent', 'referer', 'cloudfront-viewer-city', 'cloudfront-viewer-country'].map((name) => [
        name,
        long,
      ]),
    );
    const answer = await handle(visit({ headers, query: `nr=qr&${'x=y&'.repeat(2_000)}` }));
    expect(answer.statusCode).toBe(302);
    expect(JSON.stringify(clicks).length).toBeLessThan(1_600);
  });
});

describe('splits', () => {
  const link = slugLink({
    routingRules: [
      {
        name: 'test',
        enabled: true,
        conditions: { countryIn: [], deviceTypeIn: [], deviceOsIn: [], timeWindows: [] },
        actionType: 'ab_split',
        variants: [
          { key: 'a', weight: 50, destinationUrl: 'https://example.com/a' },
          { key: 'b', weight: 50, destinationUrl: 'https://example.com/b' },
        ],
      },
    ],
  });
  const cookieOf = (answer: Answer) => answer.cookies![0]!.split(';')[0]!;

  test.each([
    ['tampered with', (cookie: string) => cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['cut off', (cookie: string) => cookie.slice(0, -5)],
    ['empty', () => 'slugline_variant='],
    ['no token', () => 'slugline_variant=eyJwaWNrcyI6W119.x'],
  ])('a cookie that is %s counts for nothing', async (_, change) => {
    const draws = [0.9, 0.1];
    const { handle, clicks } = openRedirect([link], { random: () => draws.shift()! });
    const cookie = cookieOf(await handle(visit()));
    await handle(visit({ cookies: [change(cookie)] }));
    expect(clicks.map(({ variantKey }) => variantKey)).toEqual(['b', 'a']);
  });

  test('a cookie of another link counts for nothing', async () => {
    const other = slugLink({ urlId: 'other', shortCode: 'other', routingRules: link.routingRules });
    const draws = [0.9, 0.1];
    const { handle, clicks } = openRedirect([link, other], { random: () => draws.shift()! });
    const cookie = cookieOf(await handle(visit()));
    await handle(visit({ path: '/other', cookies: [cookie] }));
    expect(clicks.map(({ variantKey }) => variantKey)).toEqual(['b', 'a']);
  });

  test('a visitor keeps the variant for thirty days, then it is drawn anew', async () => {
    let now = NOW;
    const draws = [0.9, 0.1];
    const { handle, clicks } = openRedirect([link], { random: () => draws.shift()!, now: () => now });
    const first = await handle(visit());
    expect(first.cookies).toEqual([
      expect.stringMatching(/; Path=\/spring; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/),
    ]);
    const cookies = [cookieOf(first)];
    now += 30 * 86_400_000 - 1;
    const second = await handle(visit({ cookies: ['slugline_variant=forged', ...cookies] }));
    expect(second.headers!.location).toBe('https://example.com/b');
    expect(second.cookies ?? []).toEqual([]);
    now += 1;
    await handle(visit({ cookies }));
    expect(clicks.map(({ variantKey }) => variantKey)).toEqual(['b', 'b', 'a']);
  });

  test('two splits of one link keep one variant each', async () => {
    const [rule] = link.routingRules;
    const german = { ...rule!, name: 'German', conditions: { ...rule!.conditions, countryIn: ['DE'] } };
    const draws = [0.1, 0.9];
    const two = slugLink({ routingRules: [german, rule!] });
    const { handle, clicks } = openRedirect([two], { random: () => draws.shift()! });
    const abroad = { headers: { 'cloudfront-viewer-country': 'FR' } };
    const first = cookieOf(await handle(visit()));
    const cookies = [cookieOf(await handle(visit({ ...abroad, cookies: [first] })))];
    await handle(visit({ cookies }));
    await handle(visit({ ...abroad, cookies }));
    expect(clicks.map(({ variantKey }) => variantKey)).toEqual(['a', 'b', 'a', 'b']);
  });

  test('without the deployment secret a variant is drawn, but cannot last', async () => {
    const secrets = { derive: () => Promise.reject(new Error('down')) };
    const { handle, clicks } = openRedirect([link], { secrets, random: () => 0.9 });
    const answer = await handle(visit({ cookies: ['slugline_variant=a.b'] }));
    expect(answer).toMatchObject({ statusCode: 302, headers: { location: 'https://example.com/b' } });
    expect(answer.cookies ?? []).toEqual([]);
    expect(clicks).toMatchObject([{ variantKey: 'b' }]);
  });
});
