import type { Style } from '../style/style.ts';
import type { Typeface } from '../typeface/typeface.ts';
import type { FrameBoxes } from './frame-boxes.ts';
import { type Box, rectangle, roundedRectangle } from './paths.ts';
import { fittedWords } from './words.ts';

/** A filled outline in pixels of the picture, for the even-odd rule; texts are for the nonzero rule. */
export type Shape = { path: string; color: string; text?: true };

/** Ground and frame of a picture, from the lowest on. What nothing covers stays transparent. */
export function frameShapes({ background, frame }: Style, boxes: FrameBoxes, typeface: Typeface): Shape[] {
  const ground = background.mode === 'single' ? background.color : undefined;
  const { window, card, words, cardRadius, windowRadius } = boxes;
  if (frame.layout === 'none' || card === undefined) {
    return ground === undefined ? [] : [{ path: rectangle(window), color: ground }];
  }
  const outer = rounded(card, cardRadius);
  const inner = rounded(window, windowRadius);
  // On a ground the frame lies under it, so that nothing shines through where both have soft edges.
  const shapes: Shape[] =
    ground === undefined
      ? [{ path: outer + inner, color: frame.color }]
      : [
          { path: outer, color: frame.color },
          { path: inner, color: ground },
        ];
  if (!('text' in frame) || words === undefined) return shapes;
  const { path, width } = fittedWords(frame.text, words, typeface);
  if (frame.layout === 'badge') shapes.push({ path: pill(words, width), color: frame.color });
  shapes.push({ path, color: frame.text_color, text: true });
  return shapes;
}

const rounded = (box: Box, radius: number): string => roundedRectangle(box, [radius, radius, radius, radius]);

/** The label of a badge: as wide as its words and their margins, within its box. */
function pill(box: Box, wordsWidth: number): string {
  const width = Math.min(box.width, Math.round(wordsWidth + 1.2 * box.height));
  const x = box.x + ((box.width - width) >> 1);
  return rounded({ ...box, x, width }, box.height / 2);
}
