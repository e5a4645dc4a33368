import { alignmentPatterns } from './alignment-patterns.ts';
import { highBlocks } from './high-blocks.ts';
import { inEye } from './qr-symbol.ts';

/** Marks modules that carry no codeword: patterns, format and version information, remainder bits. */
export const NO_CODEWORD = 0xffff;

/**
 * Which codeword, in the order in which they are placed, each module carries a bit of.
 * @param version  1 to 40
 * @returns row after row; `NO_CODEWORD` for the rest
 * @see ISO/IEC 18004:2015, 7.7.3
 */
export function codewordMap(version: number): Uint16Array {
  const side = 17 + 4 * version;
  const fixed = fixedModules(version, side);
  const map = new Uint16Array(side * side).fill(NO_CODEWORD);
  const codewords = codewordCount(fixed);
  let bit = 0;
  // Two columns at a time from the right, upwards and downwards in turns, past the vertical timing pattern.
  for (let right = side - 1, upwards = true; right > 0; right -= 2, upwards = !upwards) {
    if (right === 6) right = 5;
    for (let step = 0; step < side; step += 1) {
      const y = upwards ? side - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y * side + x] === 1) continue;
        if (bit >> 3 < codewords) map[y * side + x] = bit >> 3;
        bit += 1;
      }
    }
  }
  return map;
}

const codewordCount = (fixed: Uint8Array): number => fixed.reduce((free, is) => free + (is ^ 1), 0) >> 3;

/**
 * Which block a codeword belongs to, of symbols with error correction H.
 * @param codewords  of the whole symbol
 * @see ISO/IEC 18004:2015, 7.6: the codewords of all blocks are interleaved
 */
export function blockOf(codeword: number, version: number, codewords: number): number {
  const { count, correction } = highBlocks(version);
  const shortData = Math.floor(codewords / count) - correction;
  const interleaved = shortData * count;
  const longBlocks = codewords % count;
  if (codeword < interleaved) return codeword % count;
  // The last data codeword of the longer blocks, which come last, stands between data and correction.
  if (codeword < interleaved + longBlocks) return count - longBlocks + codeword - interleaved;
  return (codeword - interleaved - longBlocks) % count;
}

function fixedModules(version: number, side: number): Uint8Array {
  const fixed = new Uint8Array(side * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const finder = inEye(x, y, side) || (x < 9 && (y < 9 || y >= side - 8)) || (x >= side - 8 && y < 9);
      const timing = x === 6 || y === 6;
      const versionInformation =
        version >= 7 &&
        ((x < 6 && y >= side - 11 && y < side - 8) || (y < 6 && x >= side - 11 && x < side - 8));
      if (finder || timing || versionInformation) fixed[y * side + x] = 1;
    }
  }
  for (const { x, y } of alignmentPatterns(side)) {
    for (let row = y - 2; row <= y + 2; row += 1) fixed.fill(1, row * side + x - 2, row * side + x + 3);
  }
  return fixed;
}
