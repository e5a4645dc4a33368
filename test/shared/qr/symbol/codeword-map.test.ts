import { blockOf, codewordMap, NO_CODEWORD } from '#shared/qr/symbol/codeword-map.ts';
import { highBlocks } from '#shared/qr/symbol/high-blocks.ts';
import { type QrSymbol, qrSymbol } from '#shared/qr/symbol/qr-symbol.ts';
import { READERS } from '#test/support/qr/readers.ts';

const TEXT = 'https://a.io/abc?nr=qr';

/** A symbol of which so many codewords of a block are wrong, 4 pixels a module. */
function damaged(version: number, block: number, count: number) {
  const symbol = qrSymbol(TEXT, 'H', version);
  const map = codewordMap(version);
  const codewords = new Set([...map].filter((codeword) => codeword !== NO_CODEWORD));
  const hit = [...codewords].filter((codeword) => blockOf(codeword, version, codewords.size) === block);
  // From the end: correction codewords, that the block's data alone would not miss.
  const wrong = new Set(hit.toSorted((a, b) => a - b).slice(-count));
  const dark = symbol.dark.map((is, n) => (wrong.has(map[n]!) ? is ^ 1 : is));
  return drawn({ ...symbol, dark });
}

function drawn({ side, dark }: QrSymbol) {
  const [scale, margin] = [4, 16];
  const width = side * scale + 2 * margin;
  const rgba = new Uint8Array(4 * width * width).fill(255);
  for (let y = 0; y < side * scale; y += 1) {
    for (let x = 0; x < side * scale; x += 1) {
      if (dark[Math.floor(y / scale) * side + Math.floor(x / scale)] === 0) continue;
      rgba.fill(0, 4 * ((y + margin) * width + x + margin), 4 * ((y + margin) * width + x + margin) + 3);
    }
  }
  return { width, height: width, rgba };
}

test.each([3, 4, 5, 7, 13, 20])(
  'a block of version %i restores what it is said to restore, and not one more',
  async (version) => {
    const { count, restorable } = highBlocks(version);
    for (const block of new Set([0, count >> 1, count - 1])) {
      expect(await READERS.ZXing(damaged(version, block, restorable))).toBe(TEXT);
      expect(await READERS.ZXing(damaged(version, block, restorable + 1))).toBeUndefined();
    }
  },
);

test('every codeword of every version has its eight modules and its block', () => {
  for (let version = 1; version <= 40; version += 1) {
    const counts = new Map<number, number>();
    for (const codeword of codewordMap(version)) {
      if (codeword !== NO_CODEWORD) counts.set(codeword, (counts.get(codeword) ?? 0) + 1);
    }
    expect(new Set(counts.values())).toEqual(new Set([8]));
    const { count, correction } = highBlocks(version);
    const sizes = new Array<number>(count).fill(0);
    for (const codeword of counts.keys()) sizes[blockOf(codeword, version, counts.size)]! += 1;
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(Math.min(...sizes)).toBeGreaterThan(correction);
  }
});
