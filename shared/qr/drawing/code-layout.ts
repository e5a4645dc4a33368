import { Problem } from '../../problem.ts';
import type { Style } from '../style/style.ts';
import { type FrameBoxes, frameBoxes, roomOf } from './frame-boxes.ts';

/** Side of a picture in pixels. */
export const SIZES = { least: 128, most: 2048, default: 512 } as const;

/** Fewer than so many pixels a module, and cameras and screens of another resolution lose modules. */
export const LEAST_SCALE = 2;

/** Where everything lies in a picture, in whole pixels. */
export type CodeLayout = {
  /** Side of the picture: exactly what was asked for. */
  size: number;
  /** Pixels of a module. */
  scale: number;
  /** Modules of the symbol on each side. */
  side: number;
  /** Where its first module begins. */
  x: number;
  y: number;
  frame: FrameBoxes;
};

type Framed = Pick<Style, 'quiet_zone' | 'frame'>;

/**
 * Lays a symbol out: modules as large as whole pixels allow, the rest of the picture around them.
 * @param side  modules of the symbol on each side
 * @param size  pixels, a whole number within `SIZES`
 * @throws Problem 'invalid_style' when a module would have less than 2 pixels, with the least size that gives them
 */
export function codeLayout(side: number, style: Framed, size: number): CodeLayout {
  const layout = laidOut(side, style, size);
  if (layout.scale >= LEAST_SCALE) return layout;
  const least = leastSize(side, style);
  throw new Problem(
    'invalid_style',
    `a code of ${side} modules with a quiet zone of ${style.quiet_zone} and the frame "${style.frame.layout}" has ${layout.scale} pixels a module at a size of ${size}; at least ${LEAST_SCALE} are needed: ${least} pixels do`,
    { field: 'size', details: { least_size: least } },
  );
}

/** The least size, in pixels, that gives each module of a symbol its 2 pixels. */
export function leastSize(side: number, style: Framed): number {
  let size = Math.max(SIZES.least, LEAST_SCALE * (side + 2 * style.quiet_zone));
  while (laidOut(side, style, size).scale < LEAST_SCALE) size += 1;
  return size;
}

function laidOut(side: number, { quiet_zone, frame }: Framed, size: number): CodeLayout {
  const boxes = frameBoxes(frame.layout, size);
  const room = roomOf(boxes);
  const scale = Math.floor(Math.min(room.width, room.height) / (side + 2 * quiet_zone));
  const centred = (from: number, length: number): number => from + ((length - side * scale) >> 1);
  return {
    size,
    scale,
    side,
    x: centred(room.x, room.width),
    y: centred(room.y, room.height),
    frame: boxes,
  };
}
