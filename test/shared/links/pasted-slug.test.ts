import fc from 'fast-check';
import { pastedSlug } from '#shared/links/pasted-slug.ts';

test.each([
  ['', 'nothing'],
  ['/', 'no slug'],
  ['/ab', 'too short'],
  [`/${'a'.repeat(65)}`, 'too long'],
  ['//spring', 'an empty segment'],
  ['/a/spring', 'two segments'],
  ['/..', 'a way up'],
  ['/../spring', 'a way up'],
  ['/%2e%2e', 'an encoded way up'],
  ['/a%2Fspring', 'an encoded slash'],
  ['/%ff%fe%fd', 'no UTF-8'],
  ['/%ZZspring', 'a broken encoding'],
  ['/frühling', 'letters beyond ASCII'],
  ['/fr%C3%BChling', 'encoded letters beyond ASCII'],
  ['/ѕрring', 'Cyrillic look-alikes'],
  ['/spring.html', 'a dot'],
  ['/spring+sale', 'a plus'],
  ['/spring sale', 'a space'],
  ['/spring/sale/', 'two segments'],
  ['/./spring', 'a way nowhere'],
  [`/${'a'.repeat(65)}/`, 'too long'],
  [`/${'/'.repeat(50_000)}a`, 'slashes without end'],
])('%j is no slug: %s', (path) => expect(pastedSlug(path)).toBeUndefined());

test('a slug is taken with its case, encoded or not', () => {
  expect(pastedSlug('/Spring_sale-26')).toBe('Spring_sale-26');
  expect(pastedSlug('/%73pring')).toBe('spring');
});

test('property: what is taken for a slug always looks like one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (path) => {
      const slug = pastedSlug(`/${path}`);
      if (slug !== undefined) expect(slug).toMatch(/^[A-Za-z0-9_-]{3,64}$/);
    }),
  );
});

test.each([
  '/',
  '//',
  '.',
  ')',
  '),',
  '%20',
  ' ',
  '%E2%80%8B',
  '\u200b',
  '…',
  '%',
  '%E2%80',
  '%00',
  '/%20/',
  '>',
  '&',
  '%22%3E',
])('what no slug can hold is dropped at the end: %j', (rest) =>
  expect(pastedSlug(`/Spring_sale-26${rest}`)).toBe('Spring_sale-26'),
);
