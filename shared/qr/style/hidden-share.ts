import { blockOf, codewordMap, NO_CODEWORD } from '../symbol/codeword-map.ts';
import { highBlocks } from '../symbol/high-blocks.ts';
import { logoBox } from './logo-box.ts';
import type { StyleLogo } from './style.ts';

/**
 * How much of what error correction H restores a logo uses up: the hidden codewords of the block that it hits worst,
 * each taken for wrong, as a share of those that the block restores. Above 1 the code may be unreadable.
 * @param version  of the symbol, 1 to 40
 */
export function hiddenShare(logo: StyleLogo, version: number): number {
  const known = shares.get(logo) ?? new Map<number, number>();
  shares.set(logo, known);
  const share = known.get(version) ?? measuredShare(logo, version);
  known.set(version, share);
  return share;
}

/** Whoever renders many codes asks for the same few again and again. */
const shares = new WeakMap<StyleLogo, Map<number, number>>();

function measuredShare(logo: StyleLogo, version: number): number {
  const side = 17 + 4 * version;
  const map = mapOf(version);
  const { hides } = logoBox(logo, side);
  const hidden = new Set<number>();
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const codeword = map.codewords[y * side + x]!;
      if (codeword !== NO_CODEWORD && hides(x, y)) hidden.add(codeword);
    }
  }
  const { count, restorable } = highBlocks(version);
  const blocks = new Uint16Array(count);
  for (const codeword of hidden) blocks[blockOf(codeword, version, map.count)]! += 1;
  return Math.max(...blocks) / restorable;
}

type CodewordMap = { codewords: Uint16Array; count: number };
const maps = new Map<number, CodewordMap>();

function mapOf(version: number): CodewordMap {
  const known = maps.get(version);
  if (known) return known;
  const codewords = codewordMap(version);
  const count = codewords.reduce(
    (most, codeword) => (codeword === NO_CODEWORD ? most : Math.max(most, codeword + 1)),
    0,
  );
  const map = { codewords, count };
  maps.set(version, map);
  return map;
}
