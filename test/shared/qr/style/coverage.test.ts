import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { RENDERER_FILES } from '#shared/qr/renderer-files.ts';
import { coverage } from '#shared/qr/style/coverage.ts';
import { CALL_TO_ACTION, frameText } from '#shared/qr/style/frame-text.ts';
import { readTypeface } from '#shared/qr/typeface/typeface.ts';

const typeface = readTypeface(readFileSync(createRequire(import.meta.url).resolve(RENDERER_FILES.typeface)));

test('a frame can say exactly what the shipped font draws: letters, digits, punctuation, symbols and spaces', () => {
  const drawn = new Set<string>();
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const character = String.fromCodePoint(point);
    if (/^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(character) && typeface.has(character)) drawn.add(character);
  }
  expect(drawn.size).toBeGreaterThan(1_900);
  expect([...drawn].filter((character) => !coverage.has(character))).toEqual([]);
  expect([...coverage].filter((character) => !drawn.has(character))).toEqual([]);
});

test.each([
  ['German', 'Größe ändern: ÄÖÜß'],
  ['Polish', 'Zeskanuj mnie, łąćęńóśźż'],
  ['Vietnamese', 'Quét mã để xem thực đơn'],
  ['Greek', 'Σάρωσέ με, ΆΈΉΊΌΎΏ ϊϋΐΰ ς'],
  ['Russian', 'Отсканируй меня, ЁёЙйЩщЪъ'],
  ['Ukrainian and Serbian', 'Їїєґ ЂђЋћЏџ'],
  ['signs', '50 % – “Sale” €9.99 → №1 ©'],
  ['our own', CALL_TO_ACTION],
])('it covers %s', (_language, text) => {
  expect(frameText.parse(text)).toBe(text);
});
