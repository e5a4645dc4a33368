import type { Pixels } from '../png/rasterizer.ts';

/** Pixels of a smaller picture, each the average of those that it covers, so that nothing thin falls through. */
export function shrunk(pixels: Pixels, width: number, height: number): Pixels {
  const rgba = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    const rows = span(y, height, pixels.height);
    for (let x = 0; x < width; x += 1) {
      average(pixels, { rows, columns: span(x, width, pixels.width) }, rgba, 4 * (y * width + x));
    }
  }
  return { width, height, rgba };
}

type Span = readonly [from: number, to: number];

/** Which of so many lines fall onto one of fewer. */
const span = (n: number, few: number, many: number): Span => {
  const from = Math.floor((n * many) / few);
  return [from, Math.max(from + 1, Math.floor(((n + 1) * many) / few))];
};

/** Colours count by their alpha: what is transparent has none. */
function average(
  from: Pixels,
  { rows, columns }: { rows: Span; columns: Span },
  to: Uint8Array,
  at: number,
): void {
  const sums = [0, 0, 0, 0];
  for (let y = rows[0]; y < rows[1]; y += 1) {
    for (let x = columns[0]; x < columns[1]; x += 1) {
      const n = 4 * (y * from.width + x);
      const alpha = from.rgba[n + 3]!;
      for (let part = 0; part < 3; part += 1) sums[part]! += from.rgba[n + part]! * alpha;
      sums[3]! += alpha;
    }
  }
  const alphas = sums[3]!;
  if (alphas === 0) return;
  for (let part = 0; part < 3; part += 1) to[at + part] = Math.round(sums[part]! / alphas);
  to[at + 3] = Math.round(alphas / ((rows[1] - rows[0]) * (columns[1] - columns[0])));
}
