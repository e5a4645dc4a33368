/**
 * Closed outlines as SVG path data. All that is drawn here uses M, h, v, c and z, so that whoever writes another
 * vector format has five commands to translate; texts use M, L, Q and Z.
 */

export type Box = { x: number; y: number; width: number; height: number };

/** How far the control points of a quarter circle lie from its ends, as a share of its radius. */
const KAPPA = 0.5523;

export const rectangle = ({ x, y, width, height }: Box): string =>
  `M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}z`;

/** Radii of the corners from the top left one on, clockwise. */
type Radii = readonly [topLeft: number, topRight: number, bottomRight: number, bottomLeft: number];

/** A rectangle whose corners may be quarter circles of their own radius each. */
export function roundedRectangle({ x, y, width, height }: Box, [a, b, c, d]: Radii): string {
  return [
    `M${number(x + a)} ${number(y)}h${number(width - a - b)}`,
    corner(b, 1, 0, 0, 1),
    `v${number(height - b - c)}`,
    corner(c, 0, 1, -1, 0),
    `h${number(c + d - width)}`,
    corner(d, -1, 0, 0, -1),
    `v${number(a + d - height)}`,
    corner(a, 0, -1, 1, 0),
    'z',
  ].join('');
}

export const circle = (centre: number, middle: number, radius: number): string =>
  roundedRectangle({ x: centre - radius, y: middle - radius, width: 2 * radius, height: 2 * radius }, [
    radius,
    radius,
    radius,
    radius,
  ]);

/** A quarter circle that leaves in one direction and arrives in another. */
function corner(radius: number, fromX: number, fromY: number, toX: number, toY: number): string {
  if (radius === 0) return '';
  const reach = KAPPA * radius;
  const [endX, endY] = [radius * (fromX + toX), radius * (fromY + toY)];
  const points = [fromX * reach, fromY * reach, endX - toX * reach, endY - toY * reach, endX, endY];
  return `c${points.map(number).join(' ')}`;
}

/** Three decimals at most, and no minus before a zero. */
export const number = (value: number): number => Math.round(value * 1000) / 1000 + 0;
