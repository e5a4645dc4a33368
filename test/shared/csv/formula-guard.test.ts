import fc from 'fast-check';
import { DELIMITERS, type Delimiter, guardFormula, unguardFormula } from '#shared/csv/formula-guard.ts';
import { processorMs } from '#test/support/processor-ms.ts';

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\tx',
  '\rx',
  '\nx',
  '\0x',
  '\0=1',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  ' =1',
  '\u00a0=1',
  '\ufeff=1',
  "'=1",
  "''=1",
  '"=1"',
  ' "" =1',
])('%j is guarded in every file', (text) => {
  for (const delimiter of DELIMITERS) expect(guardFormula(text, delimiter)).toBe(`'${text}`);
});

test.each([
  '',
  'plain',
  "it's",
  "'quoted'",
  '"quoted"',
  ' spaced',
  '1+1',
  'ä=1',
  'https://example.com/?a=b',
  '🌷',
  'a; b',
  'a;"b"',
  'two\nlines',
])('%j stays as it is in every file', (text) => {
  for (const delimiter of DELIMITERS) {
    expect(guardFormula(text, delimiter)).toBe(text);
    expect(unguardFormula(text, delimiter)).toBe(text);
  }
});

test.each<[Delimiter, string, string]>([
  [',', 'https://e.example/?;=1+1;', "https://e.example/?;'=1+1;"],
  [',', 'android-app://x;=HYPERLINK(1)/', "android-app://x;'=HYPERLINK(1)/"],
  [',', 'a;=1+1', "a;'=1+1"],
  [',', 'a;\u00a0"-1', 'a;\'\u00a0"-1'],
  [',', "a;'=1", "a;''=1"],
  [',', 'a\t@x;+y', "a\t'@x;'+y"],
  [',', 'a\n=1\r\n\r\n-2', "a\n'=1\r\n\r\n'-2"],
  [',', '\t=1', "'\t'=1"],
  [',', '=1;=2', "'=1;'=2"],
  [',', '/@40.7,-74.0', '/@40.7,-74.0'],
  [';', '/@40.7,-74.0', "/@40.7,'-74.0"],
  [';', 'a;=1+1', 'a;=1+1'],
  ['\t', 'a\t=1;=2,=3', "a\t=1;'=2,'=3"],
  ['\t', 'a\n=1', "a\n'=1"],
])('in a file of %j a cell that begins inside of %j is guarded there', (delimiter, text, guarded) => {
  expect(guardFormula(text, delimiter)).toBe(guarded);
  expect(unguardFormula(guarded, delimiter)).toBe(text);
});

test.each(['-1;=2', "'=1;=2", "=1;'=2", "a;'=1\n=2"])(
  'a text that no guard has written keeps its apostrophes: %j',
  (text) => {
    expect(unguardFormula(text, ',')).toBe(text);
  },
);

const anyDelimiter = fc.constantFrom(...DELIMITERS);
const dangerous = fc
  .array(fc.constantFrom(...'\'"=+-@＝,;\t\r\n\0 a'), { maxLength: 12 })
  .map((characters) => characters.join(''));

test('a guarded text comes back, whatever it was and wherever it was guarded', () => {
  fc.assert(
    fc.property(fc.oneof(dangerous, fc.string({ unit: 'grapheme' })), anyDelimiter, (text, delimiter) => {
      expect(unguardFormula(guardFormula(text, delimiter), delimiter)).toBe(text);
    }),
    { numRuns: 5_000 },
  );
});

test('what can be taken off is what was put on', () => {
  fc.assert(
    fc.property(dangerous, anyDelimiter, (cell, delimiter) => {
      const text = unguardFormula(cell, delimiter);
      if (text !== cell) expect(guardFormula(text, delimiter)).toBe(cell);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['tabs', '\t'],
  ['guarded tabs', "'\t"],
  ['semicolons', ";'="],
])('a megabyte of %s is read in one pass', async (_what, text) => {
  const cell = `'${text.repeat(1_000_000 / text.length)}x`;
  expect(await processorMs(() => unguardFormula(cell, ','))).toBeLessThan(2_000);
});
