import type * as z from 'zod';
import {
  customQueryParams,
  qr,
  redirectStatusCode,
  space,
  tags,
  title,
  utm,
} from '#shared/links/link-fields.ts';

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
  ['a style that no item could hold', qr, { style: { frame: { text: 'x'.repeat(4_096) } } }],
  ['a style of a number that no table has', qr, { style: { quiet_zone: 1e-300 } }],
])('%s is refused', (_what, schema, value) => {
  expect(schema.safeParse(value).success).toBe(false);
});

test('white space around texts is taken off, and nothing is left of a blank one', () => {
  expect(title.parse('  Spring  ')).toBe('Spring');
  expect(space.parse('  ')).toBeNull();
  expect(tags.parse([' a', 'a ', 'b'])).toEqual(['a', 'b']);
  expect(utm.parse({ source: '', medium: null })).toEqual({ source: null, medium: null });
});
