import type { Logo } from '../logo/logo.ts';
import { type LogoBox, logoBox } from '../style/logo-box.ts';
import type { Gradient, LogoShape, ModuleShape, Style } from '../style/style.ts';
import { alignmentPatterns, type Centre } from '../symbol/alignment-patterns.ts';
import { inEye } from '../symbol/qr-symbol.ts';
import type { Typeface } from '../typeface/typeface.ts';
import type { CodeLayout } from './code-layout.ts';
import { alignmentPath, eyesPath } from './eye-paths.ts';
import { frameShapes, type Shape } from './frame-shapes.ts';
import { shapeAt, UNSQUARE } from './module-paths.ts';
import { type Box, circle, rectangle, roundedRectangle } from './paths.ts';

/** What the modules are filled with. */
export type Ink = { color: string } | { gradient: Gradient };

/** A picture of a code without its modules, which alone depend on its text: every vector format and the PNG begin here. */
export type Drawing = {
  /** Side in pixels. */
  size: number;
  /** In pixels, from the lowest on. */
  shapes: Shape[];
  /** Where the code lies: what follows has a module as its unit. */
  code: Pick<CodeLayout, 'x' | 'y' | 'scale' | 'side'>;
  ink: Ink;
  modules: {
    /** As they are drawn at this scale. */
    shape: ModuleShape;
    /** Which modules of a symbol are drawn as modules: 1 for all but patterns that are drawn as a whole and what a logo hides. */
    drawn: Uint8Array;
  };
  /** Alignment patterns that are drawn as a whole, in the ink of the modules; for the even-odd rule. */
  alignment: string;
  /** For the even-odd rule. */
  eyes: { path: string; ink: Ink };
  /** The picture of a logo: as large as its box allows, clipped. */
  logo?: { box: Box; shape: LogoShape; clip: string; png: Uint8Array };
};

/** @param logo  the picture that the style's logo names, when it names one */
export function drawing(style: Style, layout: CodeLayout, typeface: Typeface, logo?: Logo): Drawing {
  const { foreground, eyes } = style;
  const { side, scale } = layout;
  const ink: Ink =
    foreground.mode === 'single' ? { color: foreground.color } : { gradient: foreground.gradient };
  const shape = shapeAt(style.modules.shape, scale);
  const box = style.logo === null ? undefined : logoBox(style.logo, side);
  const whole = UNSQUARE.has(shape) ? alignmentPatterns(side).filter((centre) => isWhole(centre, box)) : [];
  return {
    size: layout.size,
    shapes: frameShapes(style, layout.frame, typeface),
    code: layout,
    ink,
    modules: { shape, drawn: drawnModules(side, whole, box) },
    alignment: alignmentPath(whole),
    eyes: {
      path: eyesPath(eyes, side, scale),
      ink: eyes.color === null ? ink : { color: eyes.color },
    },
    ...(style.logo !== null && logo !== undefined && { logo: placedLogo(style.logo, side, logo) }),
  };
}

function placedLogo(
  style: NonNullable<Style['logo']>,
  symbolSide: number,
  { png }: Logo,
): NonNullable<Drawing['logo']> {
  const { at, side } = logoBox(style, symbolSide);
  const box = { x: at, y: at, width: side, height: side };
  const radius = 0.2 * side;
  const clips = {
    square: rectangle(box),
    rounded: roundedRectangle(box, [radius, radius, radius, radius]),
    circle: circle(symbolSide / 2, symbolSide / 2, side / 2),
  };
  return { box, shape: style.shape, clip: clips[style.shape], png };
}

function drawnModules(side: number, whole: readonly Centre[], box: LogoBox | undefined): Uint8Array {
  const drawn = new Uint8Array(side * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (!inEye(x, y, side) && !box?.hides(x, y)) drawn[y * side + x] = 1;
    }
  }
  for (const { x, y } of whole) {
    for (let row = y - 2; row <= y + 2; row += 1) drawn.fill(0, row * side + x - 2, row * side + x + 3);
  }
  return drawn;
}

const CORNERS = [-2, 2].flatMap((dy) => [-2, 2].map((dx) => ({ dx, dy })));

/** True for an alignment pattern that no logo touches. */
const isWhole = ({ x, y }: Centre, box: LogoBox | undefined): boolean =>
  !CORNERS.some(({ dx, dy }) => box?.hides(x + dx, y + dy));
