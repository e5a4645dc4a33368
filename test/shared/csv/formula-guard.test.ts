import fc from 'fast-check';
import { guardFormula, unguardFormula } from '#shared/csv/formula-guard.ts';

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\tx',
  '\rx',
  '\nx',
  '\0x',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  ' =1',
  '\u00a0=1',
  '\ufeff=1',
  "'=1",
  "''=1",
])('%j is guarded', (text) => {
  expect(guardFormula(text)).toBe(`'${text}`);
});

test.each(['', 'plain', "it's", "'quoted'", ' spaced', '1+1', 'ä=1', 'https://example.com/?a=b', '🌷'])(
  '%j stays as it is',
  (text) => {
    expect(guardFormula(text)).toBe(text);
    expect(unguardFormula(text)).toBe(text);
  },
);

test('a guarded text comes back, whatever it was', () => {
  const dangerous = fc
    .array(fc.constantFrom("'", '=', '+', '-', '@', '\t', ' ', '\0', '＝', 'a'), { maxLength: 6 })
    .map((characters) => characters.join(''));
  fc.assert(
    fc.property(fc.oneof(dangerous, fc.string({ unit: 'grapheme' })), (text) => {
      expect(unguardFormula(guardFormula(text))).toBe(text);
      expect(guardFormula(text)).toMatch(/^(?!\s*[=+\-@\t\r\n\0＝＋－＠])/);
    }),
    { numRuns: 1_000 },
  );
});
