import fc from 'fast-check';
import { checkSlug, newSlug } from '#shared/links/slug.ts';

const refusal = (slug: string): string | undefined => {
  try {
    checkSlug(slug);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each(['', 'a', 'ab', '..', 'd', 'D', 'v4'])('%j is too short or reserved', (slug) => {
  expect(refusal(slug)).toBe('slug_reserved');
});

test.each(
  'api link admin app assets dashboard docs health login logout static well-known robots favicon sitemap'.split(
    ' ',
  ),
)('%s is reserved in any case', (slug) => {
  expect([slug, slug.toUpperCase(), slug[0]!.toUpperCase() + slug.slice(1)].map(refusal)).toEqual(
    Array(3).fill('slug_reserved'),
  );
});

test.each([
  '...',
  '../x',
  'a/b',
  'a b',
  'a.b',
  'a%2Fb',
  'äöü',
  'sĺug',
  '🌷🌷🌷',
  'abc\n',
  '\0abc',
  'a'.repeat(65),
])('%j is no slug', (slug) => {
  expect(refusal(slug)).toBe('invalid_request');
});

test.each(['abc', 'spring-launch', 'Spring_2026', '---', 'apis', 'a'.repeat(64)])('%j is a slug', (slug) => {
  expect(refusal(slug)).toBeUndefined();
});

test('the refusal names the field and what is allowed', () => {
  expect(() => checkSlug('ä'.repeat(500), 'new_slug')).toThrow(
    expect.objectContaining({ field: 'new_slug', message: expect.stringMatching(/3 to 64 .{0,100}$/) }),
  );
});

test('any generated slug is one that could be chosen and has no look-alikes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(54), { minLength: 7, maxLength: 7 }), (numbers) => {
      const left = [...numbers];
      const slug = newSlug(() => left.shift()!);
      expect(slug).toMatch(/^[^01iloIO]{7}$/);
      expect(refusal(slug)).toBeUndefined();
    }),
  );
});

test('ten thousand generated slugs use every character and never repeat', () => {
  const slugs = Array.from({ length: 10_000 }, () => newSlug());
  expect(new Set(slugs).size).toBe(10_000);
  expect(new Set(slugs.join('')).size).toBe(55);
});
