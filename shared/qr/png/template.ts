import type { CodeLayout } from '../drawing/code-layout.ts';
import type { Drawing } from '../drawing/drawing.ts';
import { svg } from '../drawing/svg.ts';
import type { Style } from '../style/style.ts';
import { type InkPalette, inkPalette, stepsOf } from './ink-palette.ts';
import { pngHead } from './png-file.ts';
import type { Rasterizer } from './rasterizer.ts';
import { reduceColours } from './reduce-colours.ts';
import { type Tiles, tilesOf } from './tiles.ts';

/** All that the pictures of a style have in common while symbol and picture have the same size. */
export type Template = {
  layout: CodeLayout;
  /** Signature, header and palette. */
  head: Buffer;
  /** Everything but the modules: a byte for the filter, then a number of the palette a pixel, row after row. */
  rows: Buffer;
  modules: Drawing['modules'];
  tiles: Tiles;
  /** What to add to a tile's degree of coverage, pixel by pixel of the code; none when the ink is one colour. */
  offsets: Uint8Array | undefined;
  /** Bytes that keeping this takes. */
  bytes: number;
};

type Parts = { style: Style; drawing: Drawing; layout: CodeLayout };

/** Draws what the codes of a style share, once: this takes as long as drawing a whole code does. */
export function template({ style, drawing, layout }: Parts, rasterize: Rasterizer): Template {
  const palette = inkPalette(drawing.ink, style.background);
  const inked = drawing.eyes.ink === drawing.ink;
  const picture = rasterize(svg(drawing, { eyes: !inked }));
  const colours = new Uint32Array(picture.rgba.buffer, picture.rgba.byteOffset, layout.size ** 2);
  const reduced = reduceColours(countsOf(colours), 256 - palette.entries.length);
  const rows = Buffer.alloc(layout.size * (layout.size + 1));
  for (let y = 0, n = 0; y < layout.size; y += 1) {
    const at = y * (layout.size + 1) + 1;
    for (let x = 0; x < layout.size; x += 1, n += 1) {
      rows[at + x] = palette.entries.length + reduced.numbers.get(colours[n]!)!;
    }
  }
  const pixels = layout.side * layout.scale;
  const steps = stepsOf(drawing.ink, pixels, palette);
  const offsets = palette.steps === 1 ? undefined : steps.map((step) => step * palette.levels);
  const path = drawing.alignment + (inked ? drawing.eyes.path : '');
  if (path !== '') drawInked(rows, { path, layout, palette, offsets }, rasterize);
  const tiles = tilesOf(drawing.modules.shape, layout.scale, palette.levels, rasterize);
  return {
    layout,
    head: pngHead({
      width: layout.size,
      height: layout.size,
      depth: 8,
      palette: [...palette.entries, ...reduced.palette],
    }),
    rows,
    modules: drawing.modules,
    tiles,
    offsets,
    bytes: rows.length + (offsets?.length ?? 0) + tiles.reduce((sum, { length }) => sum + length, 0),
  };
}

function countsOf(colours: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>();
  // Neighbours are mostly alike: one look at the map for a whole run of them.
  for (let n = 0; n < colours.length; ) {
    const colour = colours[n]!;
    const from = n;
    while (n < colours.length && colours[n] === colour) n += 1;
    counts.set(colour, (counts.get(colour) ?? 0) + n - from);
  }
  return counts;
}

type Inked = { path: string; layout: CodeLayout; palette: InkPalette; offsets: Uint8Array | undefined };

/** Patterns in the ink of the modules have its entries of the palette, too. */
function drawInked(rows: Buffer, { path, layout, palette, offsets }: Inked, rasterize: Rasterizer): void {
  const { scale, side, size, x, y } = layout;
  const pixels = side * scale;
  const { rgba } = rasterize(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels}" height="${pixels}"><path transform="scale(${scale})" fill-rule="evenodd" d="${path}"/></svg>`,
  );
  for (let row = 0, n = 0; row < pixels; row += 1) {
    const at = (y + row) * (size + 1) + 1 + x;
    for (let column = 0; column < pixels; column += 1, n += 1) {
      const level = Math.round((rgba[4 * n + 3]! * palette.levels) / 255);
      if (level > 0) rows[at + column] = (offsets?.[n] ?? 0) + level - 1;
    }
  }
}
