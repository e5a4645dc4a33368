import type { Ink } from '../drawing/drawing.ts';
import { gradientLine, radialReach } from '../drawing/svg.ts';
import { mixed, type Rgb, rgbOf } from '../style/colour.ts';
import type { Style } from '../style/style.ts';

/** The colours of modules in a palette: for each step of a gradient each degree of coverage. */
export type InkPalette = {
  /** Degrees of coverage, none left out: entry `step × levels + level - 1`. */
  levels: number;
  steps: number;
  entries: (readonly [number, number, number, number])[];
};

const SINGLE_LEVELS = 16;
/** A gradient of two colours 255 apart changes by 8 a step, at edges that are a quarter of a pixel fine. */
const GRADIENT = { steps: 32, levels: 4 } as const;

/** @param background  what modules stand on */
export function inkPalette(ink: Ink, background: Style['background']): InkPalette {
  const { steps, levels } = 'color' in ink ? { steps: 1, levels: SINGLE_LEVELS } : GRADIENT;
  const ground = background.mode === 'single' ? rgbOf(background.color) : undefined;
  const entries = Array.from({ length: steps * levels }, (_, n) => {
    const colour = colourAt(ink, (Math.floor(n / levels) + 0.5) / steps);
    const coverage = ((n % levels) + 1) / levels;
    return ground === undefined
      ? ([...colour, Math.round(255 * coverage)] as const)
      : ([...mixed(ground, colour, coverage), 255] as const);
  });
  return { levels, steps, entries };
}

const colourAt = (ink: Ink, share: number): Rgb =>
  'color' in ink ? rgbOf(ink.color) : mixed(rgbOf(ink.gradient.from), rgbOf(ink.gradient.to), share);

/**
 * Which step of the gradient each pixel of a code has.
 * @param pixels  of the code on each side
 * @returns row after row
 */
export function stepsOf(ink: Ink, pixels: number, { steps }: InkPalette): Uint8Array {
  const plane = new Uint8Array(pixels * pixels);
  if ('color' in ink) return plane;
  const shareAt = shareOf(ink.gradient, pixels);
  for (let y = 0; y < pixels; y += 1) {
    for (let x = 0; x < pixels; x += 1) {
      const share = shareAt(x + 0.5, y + 0.5);
      plane[y * pixels + x] = Math.min(steps - 1, Math.max(0, Math.floor(share * steps)));
    }
  }
  return plane;
}

function shareOf(
  gradient: Extract<Ink, { gradient: unknown }>['gradient'],
  pixels: number,
): (x: number, y: number) => number {
  if (gradient.type === 'radial') {
    const [middle, reach] = [pixels / 2, radialReach(pixels)];
    return (x, y) => Math.hypot(x - middle, y - middle) / reach;
  }
  const { x1, y1, x2, y2 } = gradientLine(gradient.angle, pixels);
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  return (x, y) => ((x - x1) * dx + (y - y1) * dy) / length;
}
