import fc from 'fast-check';
import { withVisitorQuery } from '#shared/redirects/visitor-query.ts';

test.each<[string, string, string, string]>([
  [
    'come as they are, behind the destination’s own',
    'https://a.example/?x=1#f',
    'gclid=%7e&y=a+b&y=%20',
    'https://a.example/?x=1&gclid=%7e&y=a+b&y=%20#f',
  ],
  [
    'stay behind where the destination has their name, however it is spelled',
    'https://a.example/?%78=1',
    'x=2&X=3&%78=4',
    'https://a.example/?%78=1&X=3',
  ],
  [
    'stay behind where they are about the visit',
    'https://a.example/',
    'nr=qr&nim_ct=forged&%6Er=qr&NR=1',
    'https://a.example/?NR=1',
  ],
  ['that say nothing are nothing', 'https://a.example/', '&&', 'https://a.example/'],
  ['cannot begin a fragment', 'https://a.example/#f', 'a=#b&c', 'https://a.example/?a=%23b&c#f'],
  [
    'are written as the URL parser writes them',
    'https://a.example/',
    'a="<\\ü\r\n>',
    'https://a.example/?a=%22%3C\\%C3%BC%3E',
  ],
  [
    'may have names of properties',
    'https://a.example/',
    'constructor=1&__proto__=2',
    'https://a.example/?constructor=1&__proto__=2',
  ],
])('parameters of the visit %s', (_what, url, query, whole) => {
  expect(withVisitorQuery(url, query)).toBe(whole);
});

test('what does not fit stays behind, what comes after it may still fit', () => {
  const url = 'https://a.example/?x=1';
  const long = `long=${'x'.repeat(2_048 - url.length - 6)}`;
  expect(withVisitorQuery(url, long)).toHaveLength(2_048);
  expect(withVisitorQuery(url, `${long}y&z=1`)).toBe(`${url}&z=1`);
  expect(withVisitorQuery(url, `${long.slice(0, -8)}&ü=1&z=1`)).toHaveLength(2_044);
  expect(withVisitorQuery(`${url}&${'y'.repeat(2_048)}`, 'z=1')).toHaveLength(url.length + 2_049);
});

test('property: whatever is sent, the destination keeps its own parameters and at most 2,048 characters come of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (query) => {
      const { href, hostname, searchParams, hash } = new URL(
        withVisitorQuery('https://a.example/p?own=1#f', query),
      );
      expect([href.length <= 2_048, hostname, searchParams.getAll('own'), hash]).toEqual([
        true,
        'a.example',
        ['1'],
        '#f',
      ]);
      expect(searchParams.has('nr') || searchParams.has('nim_ct')).toBe(false);
    }),
  );
});
