/** Colours as 32 bits: alpha, blue, green and red from the highest byte on. */
export type Reduced = {
  /** RGBA, at most as many as were asked for. */
  palette: (readonly [number, number, number, number])[];
  /** Number in the palette, by colour. */
  numbers: ReadonlyMap<number, number>;
};

/** The most frequent colours, which are those of whole areas, stay as they are. */
const EXACT = 24;

/**
 * A palette for the colours of a picture: the colours themselves when there are few; else the most frequent ones, and
 * for the rest the averages of groups that a median cut makes.
 * @param counts  how many pixels have each colour
 * @param most  entries of the palette, more than `EXACT`
 */
export function reduceColours(counts: ReadonlyMap<number, number>, most: number): Reduced {
  const colours = [...counts].map(([colour, count]) => ({ parts: partsOf(colour), colour, count }));
  const frequent = colours.toSorted((a, b) => b.count - a.count || a.colour - b.colour);
  const exact = colours.length <= most ? frequent : frequent.slice(0, EXACT);
  const groups = [
    ...exact.map((colour) => [colour]),
    ...cut(frequent.slice(exact.length), most - exact.length),
  ];
  const numbers = new Map(groups.flatMap((group, n) => group.map(({ colour }) => [colour, n] as const)));
  return { palette: groups.map(average), numbers };
}

type Parts = readonly [number, number, number, number];
type Counted = { parts: Parts; colour: number; count: number };

const partsOf = (colour: number): Parts => [
  colour & 255,
  (colour >> 8) & 255,
  (colour >> 16) & 255,
  colour >>> 24,
];

/** Splits the group that is furthest spread, by its pixels, at the middle of its widest part, until there are enough. */
function cut(colours: Counted[], most: number): Counted[][] {
  if (colours.length === 0) return [];
  const groups = [spreadOf(colours)];
  while (groups.length < most) {
    const [widest] = groups.toSorted((a, b) => b.weight - a.weight);
    if (widest === undefined || widest.weight === 0) break;
    const { part, colours: all } = widest;
    const sorted = all.toSorted((a, b) => a.parts[part]! - b.parts[part]! || a.colour - b.colour);
    const total = sorted.reduce((sum, { count }) => sum + count, 0);
    let [at, seen] = [0, 0];
    while (seen < total / 2) seen += sorted[at++]!.count;
    at = Math.min(Math.max(at, 1), sorted.length - 1);
    groups.splice(groups.indexOf(widest), 1, spreadOf(sorted.slice(0, at)), spreadOf(sorted.slice(at)));
  }
  return groups.map(({ colours: group }) => group);
}

type Spread = { colours: Counted[]; part: number; weight: number };

function spreadOf(colours: Counted[]): Spread {
  const pixels = colours.reduce((sum, { count }) => sum + count, 0);
  const ranges = [0, 1, 2, 3].map((part) => {
    const values = colours.map(({ parts }) => parts[part]!);
    return Math.max(...values) - Math.min(...values);
  });
  const range = Math.max(...ranges);
  return { colours, part: ranges.indexOf(range), weight: range * Math.sqrt(pixels) };
}

function average(group: Counted[]): Parts {
  const total = group.reduce((sum, { count }) => sum + count, 0);
  const mean = (part: number): number =>
    Math.round(group.reduce((sum, { parts, count }) => sum + parts[part]! * count, 0) / total);
  return [mean(0), mean(1), mean(2), mean(3)];
}
