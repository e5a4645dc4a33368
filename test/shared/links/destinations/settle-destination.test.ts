import fc from 'fast-check';
import { checkSize, partsAfter, settleDestination } from '#shared/links/destinations/settle-destination.ts';
import { NO_UTM } from '#shared/links/link.ts';

const TYPED = 'https://example.com/?utm_source=News%20Letter&c=%7E&utm_source=two&utm_term=';

test('a destination stays as it was typed, and its UTM fields are what stands in it', () => {
  expect(settleDestination({ destinationUrl: TYPED })).toEqual({
    destinationUrl: TYPED,
    utm: { ...NO_UTM, source: 'News Letter' },
    customQueryParams: {},
  });
});

test('a field changes its own parameter in its place, null takes it out, a new one comes last', () => {
  const utm = { source: 'x', term: null, medium: 'e mail' };
  expect(
    settleDestination({ destinationUrl: TYPED, utm, customQueryParams: { c: '1', ref: 'a&b' } }),
  ).toEqual({
    destinationUrl: 'https://example.com/?utm_source=x&c=1&ref=a%26b&utm_medium=e%20mail',
    utm: { ...NO_UTM, source: 'x', medium: 'e mail' },
    customQueryParams: { c: '1', ref: 'a&b' },
  });
});

test('a UTM field that is given wins over a parameter of its name, which is no longer the link’s own', () => {
  const customQueryParams = { utm_source: 'custom', utm_medium: 'custom' };
  expect(
    settleDestination({
      destinationUrl: 'https://example.com/',
      utm: { source: 'field' },
      customQueryParams,
    }),
  ).toEqual({
    destinationUrl: 'https://example.com/?utm_source=field&utm_medium=custom',
    utm: { ...NO_UTM, source: 'field', medium: 'custom' },
    customQueryParams: { utm_medium: 'custom' },
  });
});

test('names of properties are names of parameters', () => {
  const customQueryParams = JSON.parse('{"__proto__": "a", "constructor": "b"}');
  const settled = settleDestination({ destinationUrl: 'https://example.com/', customQueryParams });
  expect(settled.destinationUrl).toBe('https://example.com/?__proto__=a&constructor=b');
  expect(JSON.stringify(settled.customQueryParams)).toBe('{"__proto__":"a","constructor":"b"}');
});

describe('after a change', () => {
  const link = settleDestination({
    destinationUrl: 'https://example.com/?a=1&utm_source=s',
    customQueryParams: { b: '2', c: '3' },
  });
  const changed = (change: Parameters<typeof partsAfter>[1]) => settleDestination(partsAfter(link, change));

  test('of nothing it is what it was', () => {
    expect(changed({})).toEqual(link);
  });

  test('parameters that are no longer named go out, those that are named change in their place', () => {
    expect(changed({ customQueryParams: { c: '4', d: '5' } })).toMatchObject({
      destinationUrl: 'https://example.com/?a=1&utm_source=s&c=4&d=5',
      customQueryParams: { c: '4', d: '5' },
    });
    expect(changed({ customQueryParams: {} }).destinationUrl).toBe('https://example.com/?a=1&utm_source=s');
  });

  test('a destination that is typed anew has its own UTM fields and keeps the link’s parameters', () => {
    expect(changed({ destinationUrl: 'https://example.org/?b=9&utm_term=t' })).toEqual({
      destinationUrl: 'https://example.org/?b=2&utm_term=t&c=3',
      utm: { ...NO_UTM, term: 't' },
      customQueryParams: { b: '2', c: '3' },
    });
  });

  test('what it has of its own is not taken out of it with the old parameters', () => {
    const destinationUrl = 'https://example.org/?b=9';
    expect(changed({ destinationUrl, customQueryParams: {} })).toMatchObject({
      destinationUrl,
      customQueryParams: {},
    });
  });
});

test('parameters that make a destination too long are told from one that is too long itself', () => {
  const sized = (typed: string, utm: object, customQueryParams: Record<string, string> = {}) => {
    const parts = { destinationUrl: typed, utm, customQueryParams };
    checkSize(parts, settleDestination(parts));
  };
  const at = (characters: number) => `https://a.example/?${'x'.repeat(characters - 19)}`;
  expect(() => sized(at(2_046), {}, { n: '' })).toThrow(/"custom_query_params" .* 2049 characters .* 2048/);
  expect(() => sized(at(2_000), { source: 'ü'.repeat(256) })).toThrow(/^"utm" .* 3548 characters/);
  expect(() => sized(at(2_045), {}, { n: '' })).not.toThrow();
  expect(() => sized(at(2_049), { source: 'x' })).not.toThrow();
});

test('property: fields that say what the destination says change nothing of it', () => {
  const text = fc
    .string({
      unit: fc.constantFrom('a', '%41', '+', ' ', 'ü', '=', '&', 'utm_source=', 'utm_term=', '&b=', '?'),
      maxLength: 12,
    })
    .filter((query) => query.trim() === query);
  fc.assert(
    fc.property(text, (query) => {
      const destinationUrl = `https://example.com/?${query}`;
      const { utm } = settleDestination({ destinationUrl });
      const said = Object.fromEntries(Object.entries(utm).filter(([, value]) => value !== null));
      expect(settleDestination({ destinationUrl, utm: said })).toEqual({
        destinationUrl,
        utm,
        customQueryParams: {},
      });
      expect(utm.source).toBe(new URL(destinationUrl).searchParams.get('utm_source') || null);
    }),
  );
});
