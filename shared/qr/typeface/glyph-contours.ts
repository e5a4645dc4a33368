import type { FontTables } from './font-tables.ts';

/** A closed outline in font units, y upwards. */
export type Contour = readonly { x: number; y: number; onCurve: boolean }[];

/** The outlines of a glyph, those of its components included; none for a space. */
export function contoursOf(tables: FontTables, glyph: number): Contour[] {
  const { loca, glyf, head } = tables;
  const offsetOf = (n: number) =>
    head.getInt16(50) === 1 ? loca.getUint32(4 * n) : 2 * loca.getUint16(2 * n);
  const [from, to] = [offsetOf(glyph), offsetOf(glyph + 1)];
  if (from === to) return [];
  const contours = glyf.getInt16(from);
  return contours < 0 ? compound(tables, from + 10) : simple(glyf, from + 10, contours);
}

const ON_CURVE = 1;
const REPEATED = 8;
/** Of a coordinate: its byte is there and unsigned; it is the same as before, or the byte is positive. */
const AXES = { x: { short: 2, same: 16 }, y: { short: 4, same: 32 } } as const;

/** @see https://learn.microsoft.com/en-us/typography/opentype/spec/glyf#simple-glyph-description */
function simple(glyf: DataView, at: number, count: number): Contour[] {
  const ends = Array.from({ length: count }, (_, n) => glyf.getUint16(at + 2 * n));
  const points = ends.at(-1)! + 1;
  let position = at + 2 * count;
  position += 2 + glyf.getUint16(position);
  const flags: number[] = [];
  while (flags.length < points) {
    const flag = glyf.getUint8(position++);
    flags.push(flag);
    if (flag & REPEATED) {
      for (let left = glyf.getUint8(position++); left > 0; left -= 1) flags.push(flag);
    }
  }
  const along = ({ short, same }: { short: number; same: number }): number[] => {
    let value = 0;
    return flags.map((flag) => {
      if (flag & short) value += flag & same ? glyf.getUint8(position++) : -glyf.getUint8(position++);
      else if (!(flag & same)) {
        value += glyf.getInt16(position);
        position += 2;
      }
      return value;
    });
  };
  const [xs, ys] = [along(AXES.x), along(AXES.y)];
  const all = flags.map((flag, n) => ({ x: xs[n]!, y: ys[n]!, onCurve: (flag & ON_CURVE) !== 0 }));
  return ends.map((end, n) => all.slice(n === 0 ? 0 : ends[n - 1]! + 1, end + 1));
}

const COMPONENT = { words: 1, offsets: 2, scale: 8, more: 32, twoScales: 64, matrix: 128 } as const;

/** @see https://learn.microsoft.com/en-us/typography/opentype/spec/glyf#composite-glyph-description */
function compound(tables: FontTables, at: number): Contour[] {
  const { glyf } = tables;
  const contours: Contour[] = [];
  for (let position = at, flags: number = COMPONENT.more; flags & COMPONENT.more; ) {
    flags = glyf.getUint16(position);
    const glyph = glyf.getUint16(position + 2);
    position += 4;
    const words = (flags & COMPONENT.words) !== 0;
    const offset = (n: number) => (words ? glyf.getInt16(position + 2 * n) : glyf.getInt8(position + n));
    const [dx, dy] = flags & COMPONENT.offsets ? [offset(0), offset(1)] : [0, 0];
    position += words ? 4 : 2;
    const part = (n: number) => glyf.getInt16(position + 2 * n) / 0x4000;
    let [xx, xy, yx, yy] = [1, 0, 0, 1];
    if (flags & COMPONENT.scale) [xx, yy] = [part(0), part(0)];
    else if (flags & COMPONENT.twoScales) [xx, yy] = [part(0), part(1)];
    else if (flags & COMPONENT.matrix) [xx, xy, yx, yy] = [part(0), part(1), part(2), part(3)];
    position +=
      flags & COMPONENT.scale ? 2 : flags & COMPONENT.twoScales ? 4 : flags & COMPONENT.matrix ? 8 : 0;
    for (const contour of contoursOf(tables, glyph)) {
      contours.push(
        contour.map(({ x, y, onCurve }) => ({ x: x * xx + y * yx + dx, y: x * xy + y * yy + dy, onCurve })),
      );
    }
  }
  return contours;
}
