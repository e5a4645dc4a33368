import fc from 'fast-check';
import { settleDestination } from '#shared/links/destinations/settle-destination.ts';
import { NO_UTM } from '#shared/links/link.ts';
import { destinationOf } from '#shared/redirects/destination.ts';

const BARE = { utm: NO_UTM, customQueryParams: {} };
const CLICK_ID = '01HXYZ0000000000000000000A';

const withUtm = (utm: Partial<typeof NO_UTM>, customQueryParams: Record<string, string> = {}) => ({
  utm: { ...NO_UTM, ...utm },
  customQueryParams,
});

test('a URL that cannot be parsed leads nowhere', () => {
  expect(() => destinationOf('https://', BARE)).toThrow();
});

test('a link without parameters of its own changes nothing but what parsing writes anew', () => {
  const url = 'https://example.com/a%20b?x=1&x=2&y=%C3%A4+b&flag&=z&&utm_source=own#frag?ment';
  const { location, utm } = destinationOf(url, BARE);
  expect(location).toBe(url);
  expect(utm).toEqual({ ...NO_UTM, source: 'own' });
});

test('what is unsafe in a header never stands in a location', () => {
  const { location } = destinationOf('https://example.com/ü\r\nset-cookie: a=b', BARE);
  expect(location).toBe('https://example.com/%C3%BCset-cookie:%20a=b');
});

test('parameters of the link come after those of the URL, and before its fragment', () => {
  const { location, utm } = destinationOf(
    'https://example.com/?b=2&a=1#top',
    withUtm({ source: 'news letter', medium: 'e&mail' }, { ref: 'ä=ö' }),
  );
  expect(location).toBe(
    'https://example.com/?b=2&a=1&ref=%C3%A4%3D%C3%B6&utm_source=news%20letter&utm_medium=e%26mail#top',
  );
  expect(utm).toEqual({ ...NO_UTM, source: 'news letter', medium: 'e&mail' });
});

test("the link's field wins over the URL's own in its place, however that is spelled or repeated", () => {
  const url = 'https://example.com/?utm_source=own&utm%5Fsource=again&UTM_SOURCE=kept&utm_term=t';
  const { location, utm } = destinationOf(url, withUtm({ source: 'field' }));
  expect(location).toBe('https://example.com/?utm_source=field&UTM_SOURCE=kept&utm_term=t');
  expect(utm).toEqual({ ...NO_UTM, source: 'field', term: 't' });
});

test('a UTM field wins over a custom parameter of its name, and the click id over both', () => {
  const link = withUtm({ source: 'field' }, { utm_source: 'custom', nim_ct: 'forged' });
  const { location } = destinationOf('https://example.com/?nim_ct=old', link, { clickId: CLICK_ID });
  expect(location).toBe(`https://example.com/?nim_ct=nimct_${CLICK_ID}&utm_source=field`);
});

test('an app link takes parameters too', () => {
  const { location } = destinationOf('shop://item/7', withUtm({ source: 's' }));
  expect(location).toBe('shop://item/7?utm_source=s');
});

test('half a surrogate pair becomes the replacement character', () => {
  const { location } = destinationOf('https://example.com/', withUtm({}, { a: '\ud800' }));
  expect(location).toBe('https://example.com/?a=%EF%BF%BD');
});

test('names out of Object.prototype are parameters like any other', () => {
  const link = { utm: NO_UTM, customQueryParams: JSON.parse('{"__proto__":"1","constructor":"2"}') };
  const { location } = destinationOf('https://example.com/?constructor=own', link);
  expect(location).toBe('https://example.com/?constructor=2&__proto__=1');
});

test('property: what the link names is there with its value, and nothing else of the query changes', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  const pairs = fc.array(fc.tuple(word, word), { maxLength: 6 });
  fc.assert(
    fc.property(pairs, fc.dictionary(word, word, { maxKeys: 4 }), (own, customQueryParams) => {
      const url = new URL('https://example.com/path#end');
      url.search = new URLSearchParams(own).toString();
      const { searchParams, hash } = new URL(
        destinationOf(url.href, { utm: NO_UTM, customQueryParams }).location,
      );
      const isOwn = ([name]: [string, string]) => !Object.hasOwn(customQueryParams, name);
      expect([...searchParams].filter(isOwn)).toEqual(own.filter(isOwn));
      for (const [name, value] of Object.entries(customQueryParams))
        expect(searchParams.get(name)).toBe(value);
      expect(hash).toBe('#end');
    }),
  );
});

test('property: the location of a link’s own destination is what the URL parser makes of it', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '%41', '%zz', '+', 'ü', '=', '&', 'utm_source=', 'n=', '?', "'"),
    maxLength: 12,
  });
  const utm = fc.record({ source: fc.option(text), term: fc.option(text) }, { requiredKeys: [] });
  fc.assert(
    fc.property(
      text,
      utm,
      fc.dictionary(fc.constantFrom('n', 'utm_source', 'utm_term'), text),
      (query, given, customQueryParams) => {
        const parts = { destinationUrl: `https://Example.com/?${query}`, utm: given, customQueryParams };
        const settled = settleDestination(parts);
        const { location, utm: seen } = destinationOf(settled.destinationUrl, settled);
        expect(location).toBe(new URL(settled.destinationUrl).href);
        expect(seen).toEqual(settled.utm);
      },
    ),
  );
});
