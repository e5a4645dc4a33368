import { codeWarnings } from '#shared/qr/code-warnings.ts';
import { effectiveStyle } from '#shared/qr/style/effective-style.ts';
import { LOGO_ID } from '#test/support/qr/logos.ts';

const codes = (text: string, style: Parameters<typeof effectiveStyle>[0][number]): string[] =>
  codeWarnings(text, effectiveStyle([style])).map(({ code }) => code);

const urlOf = (bytes: number): string => `https://a.io/${'x'.repeat(bytes - 19)}?nr=qr`;

test('a logo over a code so large that a pattern lies under it is a warning', () => {
  const logo = { logo_id: LOGO_ID, scale: 0.15 };
  expect(codes(urlOf(58), { logo })).toEqual([]);
  expect(codes(urlOf(59), { logo })).toEqual(['logo_over_alignment']);
  expect(codes(urlOf(59), {})).toEqual([]);
});

test('what is said of the style is said of each of its codes', () => {
  expect(codes(urlOf(30), { quiet_zone: 2 })).toEqual(['quiet_zone_small']);
  expect(codes(urlOf(90), { quiet_zone: 2, logo: { logo_id: LOGO_ID } })).toEqual([
    'quiet_zone_small',
    'logo_over_alignment',
  ]);
});
