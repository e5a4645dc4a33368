import { isDark, MODULE_PATHS, type Modules } from '../drawing/module-paths.ts';
import type { ModuleShape } from '../style/style.ts';
import type { Rasterizer } from './rasterizer.ts';

/** One picture of a module for each way in which its neighbours can stand: degrees of coverage, row after row; 0 is none. */
export type Tiles = readonly Uint8Array[];

type Neighbourhood = {
  /** How many ways there are. */
  kinds: number;
  /** Which one a module has. */
  kindAt(modules: Modules, x: number, y: number): number;
};

const ALONE: Neighbourhood = { kinds: 1, kindAt: () => 0 };

/** What of its neighbours each shape looks at. */
export const NEIGHBOURHOODS: Record<ModuleShape, Neighbourhood> = {
  square: ALONE,
  dots: ALONE,
  // One bit for each of the four sides: above, right, below, left.
  rounded: {
    kinds: 16,
    kindAt: (modules, x, y) =>
      Number(isDark(modules, x, y - 1)) |
      (Number(isDark(modules, x + 1, y)) << 1) |
      (Number(isDark(modules, x, y + 1)) << 2) |
      (Number(isDark(modules, x - 1, y)) << 3),
  },
};

/**
 * Draws the tiles of a shape.
 * @param scale  pixels of a module
 * @param levels  degrees of coverage
 */
export function tilesOf(shape: ModuleShape, scale: number, levels: number, rasterize: Rasterizer): Tiles {
  const { kinds } = NEIGHBOURHOODS[shape];
  return Array.from({ length: kinds }, (_, kind) => {
    const path = MODULE_PATHS[shape](crossOf(kind));
    const { rgba } = rasterize(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${scale}" height="${scale}"><path transform="scale(${scale}) translate(-1 -1)" d="${path}"/></svg>`,
    );
    return Uint8Array.from({ length: scale * scale }, (_, n) =>
      Math.round((rgba[4 * n + 3]! * levels) / 255),
    );
  });
}

/** A module in the middle of nine, with the neighbours of a kind. */
function crossOf(kind: number): Modules {
  const [above, right, below, left] = [kind & 1, (kind >> 1) & 1, (kind >> 2) & 1, (kind >> 3) & 1] as const;
  return { side: 3, dark: Uint8Array.of(0, above, 0, left, 1, right, 0, below, 0) };
}
