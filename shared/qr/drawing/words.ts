import type { Typeface } from '../typeface/typeface.ts';
import type { Box } from './paths.ts';

/** Shares of the box: how wide lines may be, how high their em, how far apart two baselines stand. */
const WIDTH = 0.9;
const ONE_LINE = 0.5;
const TWO_LINES = 0.37;
const LINE_HEIGHT = 1.15;

/** Words as large as fit into a box, in one line or in two, centred. */
export type FittedWords = { path: string; width: number };

export function fittedWords(text: string, box: Box, typeface: Typeface): FittedWords {
  const one = { lines: [text], size: fittingSize([text], ONE_LINE, box, typeface) };
  const halves = halved(text, typeface);
  const two = { lines: halves, size: fittingSize(halves, TWO_LINES, box, typeface) };
  const { lines, size } = halves.length === 2 && two.size > one.size ? two : one;
  const middle = box.y + box.height / 2;
  const first = middle + (typeface.capHeight * size) / 2 - ((lines.length - 1) * LINE_HEIGHT * size) / 2;
  const widths = lines.map((line) => typeface.width(line) * size);
  const path = lines
    .map((line, n) => {
      const x = box.x + (box.width - widths[n]!) / 2;
      return typeface.outline(line, { x, baseline: first + n * LINE_HEIGHT * size, size });
    })
    .join('');
  return { path, width: Math.max(...widths) };
}

const fittingSize = (lines: string[], em: number, box: Box, typeface: Typeface): number =>
  Math.min(em * box.height, (WIDTH * box.width) / Math.max(...lines.map(typeface.width)));

/** A text broken at the space that makes its longer half shortest; whole when it has none. */
function halved(text: string, typeface: Typeface): string[] {
  const breaks = [...text.matchAll(/ +/g)].map(({ index, 0: space }) => [
    text.slice(0, index),
    text.slice(index + space.length),
  ]);
  const longer = (halves: string[]): number => Math.max(...halves.map(typeface.width));
  return breaks.toSorted((a, b) => longer(a) - longer(b))[0] ?? [text];
}
