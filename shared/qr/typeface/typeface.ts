import { type FontTables, fontTables } from './font-tables.ts';
import { type Contour, contoursOf } from './glyph-contours.ts';
import { glyphsByCodePoint } from './glyphs-by-code-point.ts';

/** Where a text stands: its left end, its baseline and the size of its em, all in the units of the drawing. */
export type TextPlace = { x: number; baseline: number; size: number };

/** A font as outlines: functions have no fonts installed, so texts are drawn as paths. */
export type Typeface = {
  /** Height of a capital letter, as a share of the em. */
  capHeight: number;
  has(character: string): boolean;
  /** How far a text reaches, as a multiple of the em. */
  width(text: string): number;
  /** The text as an SVG path (M, L, Q, Z), to be filled by the nonzero rule. */
  outline(text: string, place: TextPlace): string;
};

/**
 * Reads a TrueType font (`glyf` outlines, a `cmap` of format 12). Glyphs stand side by side by their advance widths:
 * no kerning, no ligatures, no marks that are placed over others.
 * @throws Error when it is no such font
 * @see https://learn.microsoft.com/en-us/typography/opentype/spec/otff
 */
export function readTypeface(bytes: Uint8Array): Typeface {
  const tables = fontTables(bytes);
  const glyphs = glyphsByCodePoint(tables.cmap);
  const glyphOf = (character: string): number => glyphs.get(character.codePointAt(0)!) ?? 0;
  const advanceOf = advances(tables);
  const unitsPerEm = tables.head.getUint16(18);
  return {
    capHeight: tables['OS/2'].getInt16(88) / unitsPerEm,
    has: (character) => glyphOf(character) !== 0,
    width: (text) =>
      [...text].reduce((sum, character) => sum + advanceOf(glyphOf(character)), 0) / unitsPerEm,
    outline: (text, { x, baseline, size }) => {
      const scale = size / unitsPerEm;
      let pen = x;
      const parts: string[] = [];
      for (const character of text) {
        const glyph = glyphOf(character);
        const place = { x: pen, baseline, scale };
        for (const contour of contoursOf(tables, glyph)) parts.push(contourPath(contour, place));
        pen += advanceOf(glyph) * scale;
      }
      return parts.join('');
    },
  };
}

/** Glyphs past the last entry are as wide as it. */
function advances({ hhea, hmtx }: FontTables): (glyph: number) => number {
  const count = hhea.getUint16(34);
  return (glyph) => hmtx.getUint16(4 * Math.min(glyph, count - 1));
}

type Place = { x: number; baseline: number; scale: number };

/** A contour of on-curve and control points; between two control points lies an on-curve point that is not stored. */
function contourPath(contour: Contour, { x, baseline, scale }: Place): string {
  const at = (px: number, py: number): string =>
    `${rounded(x + px * scale)} ${rounded(baseline - py * scale)}`;
  const middle = (a: Contour[number], b: Contour[number]) => at((a.x + b.x) / 2, (a.y + b.y) / 2);
  const first = contour.findIndex(({ onCurve }) => onCurve);
  // A contour of control points alone starts halfway between two of them.
  const points = first < 0 ? contour : [...contour.slice(first), ...contour.slice(0, first)];
  const start = first < 0 ? middle(points.at(-1)!, points[0]!) : at(points[0]!.x, points[0]!.y);
  const path = [`M${start}`];
  for (let n = first < 0 ? 0 : 1; n < points.length; n += 1) {
    const point = points[n]!;
    if (point.onCurve) {
      path.push(`L${at(point.x, point.y)}`);
      continue;
    }
    const next = points[n + 1];
    if (next === undefined) path.push(`Q${at(point.x, point.y)} ${start}`);
    else if (next.onCurve) {
      path.push(`Q${at(point.x, point.y)} ${at(next.x, next.y)}`);
      n += 1;
    } else path.push(`Q${at(point.x, point.y)} ${middle(point, next)}`);
  }
  return `${path.join('')}Z`;
}

/** Two decimals: a hundredth of a pixel. */
const rounded = (value: number): number => Math.round(value * 100) / 100;
