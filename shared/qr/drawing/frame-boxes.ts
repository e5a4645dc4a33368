import type { Frame } from '../style/style.ts';
import type { Box } from './paths.ts';

/** Where the parts of a frame lie in a square picture, in whole pixels. */
export type FrameBoxes = {
  /** What the frame encloses: ground, quiet zone and code. */
  window: Box;
  /** Outline of the frame; none when there is no frame. */
  card?: Box;
  /** Where the words stand. */
  words?: Box;
  cardRadius: number;
  windowRadius: number;
};

/** As shares of the picture's side. */
const LINE = 0.025;
const MARGIN = 0.035;
const BAR = 0.17;
const PILL = 0.13;
const CARD_RADIUS = 0.06;

type Layout = (size: number) => FrameBoxes;

/** A layout is one entry here; what it looks like follows from its boxes. */
const LAYOUTS: Record<Frame['layout'], Layout> = {
  none: (size) => ({ window: square(size), cardRadius: 0, windowRadius: 0 }),
  border: (size) => {
    const line = pixels(size, LINE);
    const window = { x: line, y: line, width: size - 2 * line, height: size - 2 * line };
    return { window, card: square(size), ...radii(size, line) };
  },
  cta_below: (size) => {
    const [margin, bar] = [pixels(size, MARGIN), pixels(size, BAR)];
    const window = { x: margin, y: margin, width: size - 2 * margin, height: size - margin - bar };
    const words = { x: margin, y: size - bar, width: size - 2 * margin, height: bar };
    return { window, card: square(size), words, ...radii(size, margin) };
  },
  cta_above: (size) => {
    const [margin, bar] = [pixels(size, MARGIN), pixels(size, BAR)];
    const window = { x: margin, y: bar, width: size - 2 * margin, height: size - margin - bar };
    const words = { x: margin, y: 0, width: size - 2 * margin, height: bar };
    return { window, card: square(size), words, ...radii(size, margin) };
  },
  badge: (size) => {
    const [line, pill] = [pixels(size, LINE), pixels(size, PILL)];
    const card = { x: 0, y: 0, width: size, height: size - (pill >> 1) };
    const window = { x: line, y: line, width: size - 2 * line, height: card.height - 2 * line };
    const side = pixels(size, 0.08);
    const words = { x: side, y: size - pill, width: size - 2 * side, height: pill };
    return { window, card, words, ...radii(size, line) };
  },
};

/** @param size  side of the picture in pixels */
export const frameBoxes = (layout: Frame['layout'], size: number): FrameBoxes => LAYOUTS[layout](size);

/** What of the window a code may fill: a badge covers its lower edge. */
export function roomOf({ window, words }: FrameBoxes): Box {
  if (words === undefined || words.y < window.y) return window;
  return { ...window, height: Math.min(window.y + window.height, words.y) - window.y };
}

const square = (size: number): Box => ({ x: 0, y: 0, width: size, height: size });

const pixels = (size: number, share: number): number => Math.max(2, Math.round(size * share));

const radii = (size: number, line: number) => {
  const cardRadius = pixels(size, CARD_RADIUS);
  return { cardRadius, windowRadius: Math.max(0, cardRadius - line) };
};
