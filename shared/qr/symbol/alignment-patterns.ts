/** Modules of an alignment pattern on each side. */
export const ALIGNMENT = 5;

/** Middle of an alignment pattern, in modules. */
export type Centre = { x: number; y: number };

/**
 * The alignment patterns of a symbol, by which scanners straighten it out.
 * @param side  modules of the symbol on each side
 * @see ISO/IEC 18004:2015, annex E
 */
export function alignmentPatterns(side: number): Centre[] {
  const lines = linesOf((side - 17) / 4, side);
  const last = lines.at(-1);
  return lines.flatMap((y) =>
    lines
      .filter((x) => !(x === 6 && (y === 6 || y === last)) && !(y === 6 && x === last))
      .map((x) => ({ x, y })),
  );
}

/** Rows, and columns, on which they stand; finder patterns have the three corners. */
function linesOf(version: number, side: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, n) => side - 7 - step * (count - 2 - n))];
}
