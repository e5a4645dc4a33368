/**
 * Which glyph draws which code point.
 * @throws Error when the font has no map of all of Unicode
 * @see https://learn.microsoft.com/en-us/typography/opentype/spec/cmap#format-12-segmented-coverage
 */
export function glyphsByCodePoint(cmap: DataView): ReadonlyMap<number, number> {
  const table = wholeUnicode(cmap);
  const glyphs = new Map<number, number>();
  for (let n = 0; n < cmap.getUint32(table + 12); n += 1) {
    const group = table + 16 + 12 * n;
    const [first, last, glyph] = [0, 4, 8].map((offset) => cmap.getUint32(group + offset)) as [
      number,
      number,
      number,
    ];
    for (let point = first; point <= last; point += 1) glyphs.set(point, glyph + point - first);
  }
  return glyphs;
}

function wholeUnicode(cmap: DataView): number {
  for (let n = 0; n < cmap.getUint16(2); n += 1) {
    const table = cmap.getUint32(4 + 8 * n + 4);
    if (cmap.getUint16(table) === 12) return table;
  }
  throw new Error('the font has no cmap of format 12');
}
