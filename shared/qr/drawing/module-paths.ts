import type { ModuleShape } from '../style/style.ts';
import { circle, rectangle, roundedRectangle } from './paths.ts';

/** Modules as they are drawn: row after row, 1 where there is one. */
export type Modules = { side: number; dark: Uint8Array };

/** Modules that stand side by side in a row. */
type Run = { x: number; y: number; length: number };

const RADIUS = 0.5;
/** Dots that touched each other would give scanners bridges to count. */
const DOT_RADIUS = 0.45;

/** Below so many pixels a module every shape is a square: others would be blurred ones. */
export const SHAPED_SCALE = 4;

/** The shape that modules of so many pixels are drawn in. */
export const shapeAt = (shape: ModuleShape, scale: number): ModuleShape =>
  scale < SHAPED_SCALE ? 'square' : shape;

/** Shapes whose single modules are no squares: alignment patterns are then drawn as a whole, as scanners expect them. */
export const UNSQUARE: ReadonlySet<ModuleShape> = new Set(['rounded', 'dots']);

/** How each shape draws modules: a path whose unit is a module. A shape is one entry here and one in `TILES`. */
export const MODULE_PATHS: Record<ModuleShape, (modules: Modules) => string> = {
  square: (modules) =>
    runsOf(modules)
      .map(({ x, y, length }) => rectangle({ x, y, width: length, height: 1 }))
      .join(''),
  rounded: (modules) =>
    runsOf(modules)
      .map(({ x, y, length }) => {
        const last = x + length - 1;
        const radius = (column: number, row: number): number => (isDark(modules, column, row) ? 0 : RADIUS);
        return roundedRectangle({ x, y, width: length, height: 1 }, [
          radius(x, y - 1),
          radius(last, y - 1),
          radius(last, y + 1),
          radius(x, y + 1),
        ]);
      })
      .join(''),
  dots: (modules) =>
    runsOf(modules)
      .flatMap(({ x, y, length }) =>
        Array.from({ length }, (_, n) => circle(x + n + 0.5, y + 0.5, DOT_RADIUS)),
      )
      .join(''),
};

export const isDark = ({ side, dark }: Modules, x: number, y: number): boolean =>
  x >= 0 && y >= 0 && x < side && y < side && dark[y * side + x] === 1;

function runsOf({ side, dark }: Modules): Run[] {
  const runs: Run[] = [];
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (dark[y * side + x] === 0) continue;
      const from = x;
      while (x < side && dark[y * side + x] === 1) x += 1;
      runs.push({ x: from, y, length: x - from });
    }
  }
  return runs;
}
