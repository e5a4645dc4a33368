import type { EyeShape } from '../style/style.ts';
import { ALIGNMENT, type Centre } from '../symbol/alignment-patterns.ts';
import { EYE } from '../symbol/qr-symbol.ts';
import { SHAPED_SCALE } from './module-paths.ts';
import { rectangle, roundedRectangle } from './paths.ts';

/** A square with round corners: its side in modules, and their radius as a share of half of it. */
type Part = { side: number; roundness: number };

type EyeShapes = { outer: EyeShape; inner: EyeShape };

type Eye = { ring: Part; hole: Part; pupil: Part };

/** Modules of a pupil on each side. */
const PUPIL = 3;

const ROUNDNESS: Record<EyeShape, number> = { square: 0, rounded: 0.5, circle: 1 };

/**
 * Scanners find an eye by the widths of its parts, straight and across the corners: 1, 1, 3, 1, 1. A pupil of another
 * shape than its ring breaks that across the corners, and other modules may then look more like an eye to them; so hole
 * and pupil of unlike eyes give way a little. The figures keep the squared error of both directions below 0.4.
 */
const UNLIKE: Partial<Record<`${EyeShape} ${EyeShape}`, { hole: number; pupil: Part }>> = {
  'square rounded': { hole: 0.05, pupil: { side: 3.25, roundness: 0.5 } },
  'square circle': { hole: 0.12, pupil: { side: 3.4, roundness: 0.66 } },
  'rounded square': { hole: 0.4, pupil: { side: 2.8, roundness: 0.1 } },
  'rounded circle': { hole: 0.4, pupil: { side: 3.25, roundness: 0.8 } },
  'circle square': { hole: 1, pupil: { side: 2.75, roundness: 0.5 } },
  'circle rounded': { hole: 0.95, pupil: { side: 2.78, roundness: 0.6 } },
};

/** Below so many pixels a module a pupil has the shape of its ring: what else unlike eyes gave way would be a pixel. */
const UNLIKE_SCALE = 6;

/**
 * The three finder patterns, each a ring and a pupil: a path whose unit is a module, for the even-odd rule.
 * @param side  modules of the symbol on each side
 * @param scale  pixels of a module
 */
export function eyesPath({ outer, inner }: EyeShapes, side: number, scale: number): string {
  const ring = scale < SHAPED_SCALE ? 'square' : outer;
  const eye = eyeOf(ring, scale < UNLIKE_SCALE ? ring : inner);
  const pupil = onPixels(eye.pupil, scale);
  const [near, far] = [EYE / 2, side - EYE / 2];
  return [
    { x: near, y: near },
    { x: far, y: near },
    { x: near, y: far },
  ]
    .map((middle) => centred(middle, eye.ring) + centred(middle, eye.hole) + centred(middle, pupil))
    .join('');
}

/** A pupil whose edges lie on whole pixels, as those of all modules do: towards the three modules that it stands for. */
function onPixels({ side, roundness }: Part, scale: number): Part {
  // Its middle is that of seven modules: an even number of pixels lies on both sides of what is left of them.
  const away = ((side - PUPIL) * scale) / 2;
  return { side: PUPIL + (2 * Math.sign(away) * Math.ceil(Math.abs(away) - 0.5)) / scale, roundness };
}

function eyeOf(outer: EyeShape, inner: EyeShape): Eye {
  const ring = { side: EYE, roundness: ROUNDNESS[outer] };
  const ringWidth = 1;
  const holeSide = EYE - 2 * ringWidth;
  const unlike = UNLIKE[`${outer} ${inner}`];
  if (unlike) return { ring, hole: { side: holeSide, roundness: unlike.hole }, pupil: unlike.pupil };
  // The ring is as wide at its corners as at its sides.
  const holeRadius = Math.max(0, (ROUNDNESS[outer] * EYE) / 2 - ringWidth);
  return {
    ring,
    hole: { side: holeSide, roundness: (2 * holeRadius) / holeSide },
    pupil: { side: PUPIL, roundness: ROUNDNESS[inner] },
  };
}

/** Scanners tell it from other modules by white, dark and white of the same width, straight and across the corners. */
const ALIGNMENT_EYE: Eye = {
  ring: { side: ALIGNMENT, roundness: 0.3 },
  hole: { side: 3, roundness: 0 },
  pupil: { side: 1, roundness: 0.3 },
};

/** Alignment patterns drawn as a whole, for the even-odd rule. */
export const alignmentPath = (centres: readonly Centre[]): string =>
  centres
    .map(({ x, y }) => {
      const middle = { x: x + 0.5, y: y + 0.5 };
      const { ring, hole, pupil } = ALIGNMENT_EYE;
      return centred(middle, ring) + centred(middle, hole) + centred(middle, pupil);
    })
    .join('');

function centred({ x, y }: Centre, { side, roundness }: Part): string {
  const box = { x: x - side / 2, y: y - side / 2, width: side, height: side };
  const radius = (roundness * side) / 2;
  return radius === 0 ? rectangle(box) : roundedRectangle(box, [radius, radius, radius, radius]);
}
