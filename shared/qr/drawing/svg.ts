import type { Gradient } from '../style/style.ts';
import type { Drawing, Ink } from './drawing.ts';
import { number } from './paths.ts';

/** What of a drawing is written. */
export type SvgParts = {
  /** A path of modules; its unit is a module. */
  modules?: string;
  /** Edges that lie on whole pixels are kept sharp at other sizes, too. */
  sharp?: boolean;
  eyes?: boolean;
};

/**
 * A drawing as an SVG document of its own: nothing in it refers to anything outside, and nothing runs.
 * It is as large as the drawing, and its unit is a pixel.
 */
export function svg(drawing: Drawing, { modules = '', sharp = false, eyes = true }: SvgParts): string {
  const { size, shapes, code, ink } = drawing;
  const painted = [eyes ? drawing.eyes.ink : undefined, modules === '' ? undefined : ink];
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"',
    ` width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">`,
    definitions(drawing, painted),
    ...shapes.map(
      ({ path, color, text }) => `<path fill="${color}"${text ? '' : ' fill-rule="evenodd"'} d="${path}"/>`,
    ),
    `<g transform="translate(${code.x} ${code.y}) scale(${code.scale})">`,
    eyes
      ? `<path fill="${paint(drawing, drawing.eyes.ink)}" fill-rule="evenodd" d="${drawing.eyes.path}"/>`
      : '',
    modules === ''
      ? ''
      : `<path fill="${paint(drawing, ink)}"${sharp ? ' shape-rendering="crispEdges"' : ''} fill-rule="evenodd" d="${modules}${drawing.alignment}"/>`,
    image(drawing),
    '</g></svg>',
  ].join('');
}

function definitions(drawing: Drawing, painted: readonly (Ink | undefined)[]): string {
  const gradient = painted.flatMap((ink) => (ink && 'gradient' in ink ? [ink.gradient] : []))[0];
  const { logo } = drawing;
  const parts = [
    gradient ? gradientElement(gradient, drawing.code.side) : '',
    logo ? `<clipPath id="${clipId(drawing)}"><path d="${logo.clip}"/></clipPath>` : '',
  ].join('');
  return parts === '' ? '' : `<defs>${parts}</defs>`;
}

/** Pages may hold many codes: what is defined twice under one name is the same. */
const gradientId = (gradient: Gradient, side: number): string =>
  [
    'qr',
    gradient.type,
    gradient.from.slice(1),
    gradient.to.slice(1),
    'angle' in gradient ? gradient.angle : 0,
    side,
  ]
    .join('-')
    .replace('.', '_');

const clipId = ({ logo, code }: Drawing): string =>
  `qr-logo-${logo!.shape}-${code.side}-${number(logo!.box.width)}`.replace('.', '_');

const paint = ({ code }: Drawing, ink: Ink): string =>
  'color' in ink ? ink.color : `url(#${gradientId(ink.gradient, code.side)})`;

function gradientElement(gradient: Gradient, side: number): string {
  const id = `id="${gradientId(gradient, side)}" gradientUnits="userSpaceOnUse"`;
  const stops = `<stop offset="0" stop-color="${gradient.from}"/><stop offset="1" stop-color="${gradient.to}"/>`;
  if (gradient.type === 'radial') {
    const middle = side / 2;
    return `<radialGradient ${id} cx="${middle}" cy="${middle}" r="${number(radialReach(side))}">${stops}</radialGradient>`;
  }
  const { x1, y1, x2, y2 } = gradientLine(gradient.angle, side);
  return `<linearGradient ${id} x1="${number(x1)}" y1="${number(y1)}" x2="${number(x2)}" y2="${number(y2)}">${stops}</linearGradient>`;
}

/** From the middle of a symbol to its corners. */
export const radialReach = (side: number): number => side * Math.SQRT1_2;

/** The line along which a linear gradient runs: its ends are level with the symbol's outermost corners. */
export function gradientLine(angle: number, side: number) {
  const [dx, dy] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const reach = ((Math.abs(dx) + Math.abs(dy)) * side) / 2;
  const middle = side / 2;
  return {
    x1: middle - dx * reach,
    y1: middle - dy * reach,
    x2: middle + dx * reach,
    y2: middle + dy * reach,
  };
}

/** Some readers of SVG know `href` alone, older ones `xlink:href` alone. */
function image(drawing: Drawing): string {
  const { logo } = drawing;
  if (logo === undefined) return '';
  const { x, y, width, height } = logo.box;
  const data = `data:image/png;base64,${Buffer.from(logo.png).toString('base64')}`;
  const place = `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
  return `<image ${place} preserveAspectRatio="xMidYMid meet" clip-path="url(#${clipId(drawing)})" href="${data}" xlink:href="${data}"/>`;
}
