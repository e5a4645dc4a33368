import fc from 'fast-check';
import { paramsOf, withPairs, withParams } from '#shared/links/destinations/with-params.ts';

const TYPED =
  'https://Example.com/a%20b/%7e?utm_source=News%20Letter&c=%7E&&flag&=z&utm_source=two&#frag?ment=1';

test.each<[string, [string, string | null][], string]>([
  ['nothing', [], TYPED],
  [
    'what is there already',
    [
      ['utm_source', 'News Letter'],
      ['c', '~'],
      ['flag', ''],
      ['', 'z'],
    ],
    TYPED,
  ],
  [
    'the absence of what is not there',
    [
      ['ment', null],
      ['UTM_SOURCE', null],
    ],
    TYPED,
  ],
])('%s changes nothing', (_what, changes, url) => {
  expect(withParams(TYPED, changes)).toBe(url);
});

test.each<[string, string, [string, string | null][], string]>([
  [
    'a value goes into the place of the first of its name, the further ones go out',
    'https://a.example/?x=%7E&n=1&y&n=2#f',
    [['n', 'ü &']],
    'https://a.example/?x=%7E&n=%C3%BC%20%26&y#f',
  ],
  ['however the name is spelled', 'https://a.example/?%6e=1&N=2', [['n', '3']], 'https://a.example/?n=3&N=2'],
  ['null takes every one out', 'https://a.example/?n=1&x=+&%6E=2&n', [['n', null]], 'https://a.example/?x=+'],
  [
    'and the question mark with the last one',
    'https://a.example?n=1#f',
    [['n', null]],
    'https://a.example#f',
  ],
  [
    'what is not there comes last',
    'https://a.example/?x#?y',
    [['a b', 'c=d']],
    'https://a.example/?x&a%20b=c%3Dd#?y',
  ],
  ['behind a lonely question mark', 'https://a.example/?', [['n', '1']], 'https://a.example/?n=1'],
  ['behind a lonely &', 'https://a.example/?x=1&', [['n', '1']], 'https://a.example/?x=1&n=1'],
  ['without a path', 'https://a.example', [['n', '1']], 'https://a.example?n=1'],
  [
    'a question mark may begin a name',
    'https://a.example/??n=1&n=2',
    [
      ['n', '3'],
      ['?n', '4'],
    ],
    'https://a.example/?%3Fn=4&n=3',
  ],
  [
    'half a surrogate pair becomes the replacement character',
    'https://a.example/',
    [['n', '\ud800']],
    'https://a.example/?n=%EF%BF%BD',
  ],
  [
    'names of properties are names',
    'https://a.example/?constructor=1&toString',
    [
      ['__proto__', '2'],
      ['constructor', null],
    ],
    'https://a.example/?toString&__proto__=2',
  ],
  ['an app link has parameters, too', 'shop://item/7', [['n', '1']], 'shop://item/7?n=1'],
])('%s', (_what, url, changes, changed) => {
  expect(withParams(url, changes)).toBe(changed);
});

test('pairs are put in as they are', () => {
  expect(withPairs('https://a.example/#f', [])).toBe('https://a.example/#f');
  expect(withPairs('https://a.example/?x=1&#f', ['n=%7e', 'm'])).toBe('https://a.example/?x=1&n=%7e&m#f');
});

/** URLs with parameters as people and programs write them. */
const piece = fc.oneof(
  fc.constantFrom(
    'utm_source=a',
    'utm_source=',
    '%75tm_source=b+c',
    'n',
    '=',
    '',
    '?',
    '%',
    '%ff=%zz',
    'a=b=c',
    'ü=ö',
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => text.replace(/[\p{Cc}\p{Cs}#\\&]/gu, '')),
);
const query = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('&'));
const url = fc
  .tuple(
    fc.constantFrom('https://a.example', 'https://a.example/p%20q/', 'HTTPS://A.example/~'),
    query,
    fc.constantFrom('', '#', '#?utm_source=z'),
  )
  .map(([front, text, fragment]) => `${front}${text === '' ? '' : `?${text}`}${fragment}`)
  // Destinations neither begin nor end with white space.
  .filter((text) => text.trim() === text);
const name = fc.oneof(
  fc.constantFrom('utm_source', 'n', 'a', '', '__proto__', '?'),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const value = fc.string({ unit: 'grapheme', maxLength: 6 });

test('property: the parameters of a text are what the URL parser finds in it', () => {
  fc.assert(fc.property(url, (text) => expect([...paramsOf(text)]).toEqual([...new URL(text).searchParams])));
});

test('property: a change changes its own parameter and no other character', () => {
  fc.assert(
    fc.property(url, name, fc.option(value), (text, changed, to) => {
      const after = withParams(text, [[changed, to]]);
      const [before, now] = [[...paramsOf(text)], [...paramsOf(after)]];
      const others = (pairs: string[][]) => pairs.filter(([one]) => one !== changed);
      expect(others(now)).toEqual(others(before));
      expect(new Map(now).has(changed) ? paramsOf(after).get(changed) : null).toBe(to);
      if (paramsOf(text).get(changed) === to) expect(after).toBe(text);
      else if (to !== null) expect(paramsOf(after).getAll(changed)).toEqual([to]);
      // Once changed, the same change does nothing.
      expect(withParams(after, [[changed, to]])).toBe(after);
    }),
  );
});
