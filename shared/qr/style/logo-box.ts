import type { StyleLogo } from './style.ts';

/** Where a logo stands in a symbol, in modules from its top left corner. */
export type LogoBox = {
  /** Left and upper edge of the picture, and its side. */
  at: number;
  side: number;
  /** True for modules that the logo or the space around it touches: they are left out. */
  hides(x: number, y: number): boolean;
};

/** @param symbolSide  modules of the symbol on each side */
export function logoBox({ scale, padding, shape }: StyleLogo, symbolSide: number): LogoBox {
  const side = scale * symbolSide;
  const reach = side / 2 + padding;
  const middle = symbolSide / 2;
  /** How near a module comes to the middle along one axis. */
  const nearest = (n: number): number => Math.max(0, n - middle, middle - n - 1);
  return {
    at: middle - side / 2,
    side,
    hides: (x, y) => {
      const [dx, dy] = [nearest(x), nearest(y)];
      return shape === 'circle' ? Math.hypot(dx, dy) < reach : dx < reach && dy < reach;
    },
  };
}
