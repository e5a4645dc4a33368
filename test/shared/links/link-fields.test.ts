import type * as z from 'zod';
import { NO_UTM } from '#shared/links/link.ts';
import {
  checkQuerySize,
  customQueryParams,
  qr,
  redirectStatusCode,
  space,
  tags,
  title,
  utm,
  utmOfMoved,
  utmOfNew,
} from '#shared/links/link-fields.ts';

const url = (query: string) => new URL(`https://example.com/?${query}`);

test.each<[string, z.ZodType, unknown]>([
  ['a title of 256 characters', title, 'x'.repeat(256)],
  ['a title with a line end', title, 'a\nb'],
  ['a title that is a number', title, 5],
  ['a title with half a surrogate pair', title, '\udc00'],
  ['a space of 101 characters', space, 'x'.repeat(101)],
  ['tags as one text', tags, 'a,b'],
  ['a tag with a comma', tags, ['a,b']],
  ['an empty tag', tags, ['']],
  ['a blank tag', tags, ['  ']],
  ['a tag of 65 characters', tags, ['x'.repeat(65)]],
  ['51 tags', tags, Array.from({ length: 51 }, (_, n) => `t${n}`)],
  ['an unknown UTM field', utm, { id: 'x' }],
  ['a UTM field of 257 characters', utm, { source: 'x'.repeat(257) }],
  ['a UTM field with NUL', utm, { source: '\0' }],
  ['a parameter that is a number', customQueryParams, { a: 1 }],
  ['a parameter without a name', customQueryParams, { '': 'x' }],
  [
    '51 parameters',
    customQueryParams,
    Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`p${n}`, ''])),
  ],
  ['status code 200', redirectStatusCode, 200],
  ['status code 307', redirectStatusCode, 307],
  ['status code "302"', redirectStatusCode, '302'],
  ['a QR preset that is no id', qr, { preset_id: 'x' }],
  ['an unknown QR member', qr, { size: 5 }],
])('%s is refused', (_what, schema, value) => {
  expect(schema.safeParse(value).success).toBe(false);
});

test('white space around texts is taken off, and nothing is left of a blank one', () => {
  expect(title.parse('  Spring  ')).toBe('Spring');
  expect(space.parse('  ')).toBeNull();
  expect(tags.parse([' a', 'a ', 'b'])).toEqual(['a', 'b']);
  expect(utm.parse({ source: '', medium: null })).toEqual({ source: null, medium: null });
});

describe('UTM fields', () => {
  test('are read out of the URL where they are not given', () => {
    const given = { source: 'mail', campaign: null };
    const found = utmOfNew(given, url('utm_source=x&utm_medium=social&utm_campaign=spring&utm_term='));
    expect(found).toEqual({ source: 'mail', medium: 'social', campaign: null, term: null, content: null });
  });

  test('that could not be given stay in the URL', () => {
    expect(utmOfNew({}, url(`utm_source=${'x'.repeat(257)}&utm_medium=a%00b`))).toEqual(NO_UTM);
  });

  test('that came out of the old destination follow the new one, others stay', () => {
    const before = { ...NO_UTM, source: 'twitter', medium: 'own', campaign: 'spring' };
    const moved = utmOfMoved(
      before,
      url('utm_source=twitter&utm_medium=social&utm_campaign=spring'),
      url('utm_source=facebook&utm_medium=cpc&utm_content=b'),
    );
    expect(moved).toEqual({ source: 'facebook', medium: 'own', campaign: null, term: null, content: 'b' });
  });
});

test('parameters and UTM fields may not outgrow a header', () => {
  const params = (characters: number) => ({ p: 'ü'.repeat(characters) });
  expect(() => checkQuerySize({ ...NO_UTM, source: 'x' }, params(400))).not.toThrow();
  expect(() => checkQuerySize(NO_UTM, { a: 'x'.repeat(4_094) })).not.toThrow();
  expect(() => checkQuerySize(NO_UTM, { a: 'x'.repeat(4_095) })).toThrow(/4097 .* 4096/);
  expect(() => checkQuerySize({ ...NO_UTM, source: 'ü'.repeat(256) }, params(450))).toThrow(/at most 4096/);
});
