import type { CodeLayout } from '../drawing/code-layout.ts';
import { rgbOf } from '../style/colour.ts';
import type { Style } from '../style/style.ts';
import type { QrSymbol } from '../symbol/qr-symbol.ts';
import { pngFile, pngHead } from './png-file.ts';

/** True for styles of two colours and square modules: their pictures have one bit a pixel. */
export const isPlain = ({ foreground, modules, eyes, frame, logo }: Style): boolean =>
  foreground.mode === 'single' &&
  modules.shape === 'square' &&
  eyes.outer === 'square' &&
  eyes.inner === 'square' &&
  eyes.color === null &&
  frame.layout === 'none' &&
  logo === null;

/** Filters of a row: as it stands, and the one above it plus what stands in it. */
const NONE = 0;
const UP = 2;

/** The picture of a symbol in a plain style: 0 is the ground, 1 the foreground. */
export function plainPng({ side, dark }: QrSymbol, layout: CodeLayout, style: Style): Buffer {
  const { size, scale, x, y } = layout;
  const stride = 1 + Math.ceil(size / 8);
  // All rows are zeros above the row that they repeat, but the first of each row of modules and the one below the code.
  const rows = Buffer.alloc(size * stride);
  for (let row = 1; row < size; row += 1) rows[row * stride] = UP;
  for (let line = 0; line <= side; line += 1) {
    const at = (y + line * scale) * stride;
    if (at >= rows.length) break;
    rows[at] = NONE;
    const bits = rows.subarray(at + 1, at + stride);
    drawRow(bits, dark.subarray(line * side, (line + 1) * side), x, scale);
  }
  return pngFile(headOf(size, style), rows, 1);
}

/** Sets the bits of the dark modules of a row. */
function drawRow(bits: Uint8Array, modules: Uint8Array, x: number, scale: number): void {
  for (let n = 0; n < modules.length; n += 1) {
    if (modules[n] === 0) continue;
    const from = n;
    while (modules[n] === 1) n += 1;
    setBits(bits, x + from * scale, x + n * scale);
  }
}

/** Sets the bits from one position to before another, the highest bit of a byte first. */
function setBits(bits: Uint8Array, from: number, to: number): void {
  const [first, last] = [from >> 3, to >> 3];
  const [head, tail] = [0xff >> (from & 7), 0xff & (0xff00 >> (to & 7))];
  if (first === last) {
    bits[first]! |= head & tail;
    return;
  }
  bits[first]! |= head;
  bits.fill(0xff, first + 1, last);
  if (tail !== 0) bits[last]! |= tail;
}

function headOf(size: number, { foreground, background }: Style): Buffer {
  const ink = foreground.mode === 'single' ? foreground.color : foreground.gradient.from;
  const ground =
    background.mode === 'single'
      ? ([...rgbOf(background.color), 255] as const)
      : ([255, 255, 255, 0] as const);
  return pngHead({ width: size, height: size, depth: 1, palette: [ground, [...rgbOf(ink), 255]] });
}
