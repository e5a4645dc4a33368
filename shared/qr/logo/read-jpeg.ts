import type { InspectedImage } from './logo.ts';
import { damaged } from './refused-logo.ts';

/** Second bytes of markers. @see ITU-T T.81, table B.1 */
const MARKER = { startOfImage: 0xd8, endOfImage: 0xd9, startOfScan: 0xda } as const;
/** Baseline, extended and progressive frames: those that are met. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
const OTHER_FRAMES: ReadonlySet<number> = new Set([
  0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf,
]);
/** A progressive image has about ten; each makes a decoder pass over the whole image. */
const MAX_SCANS = 32;

type Walk = { at: number; width: number; height: number; scans: number };

/**
 * Walks over the segments of a JPEG.
 * @throws Problem when one is cut off, when it is of a kind that is not met, or when something follows its end
 * @see ITU-T T.81, annex B
 */
export function readJpeg(bytes: Uint8Array): InspectedImage {
  const walk: Walk = { at: 2, width: 0, height: 0, scans: 0 };
  for (let marker: number = MARKER.startOfImage; marker !== MARKER.endOfImage; ) {
    marker = nextMarker(bytes, walk);
    if (marker === MARKER.endOfImage) break;
    passSegment(bytes, walk, marker);
  }
  const { at, width, height, scans } = walk;
  if (at < bytes.length) throw damaged('JPEG', `${bytes.length - at} bytes follow its end; save it anew`);
  if (scans === 0 || width === 0 || height === 0) {
    throw damaged('JPEG', `it has ${scans} scans of ${width} × ${height} pixels`);
  }
  // Blocks of a JPEG are as many as its pixels need, however long its data is.
  return { type: 'image/jpeg', width, height, bytes, checkPixels: () => {} };
}

/** The marker at the position, which moves behind it. */
function nextMarker(bytes: Uint8Array, walk: Walk): number {
  if (bytes[walk.at] !== 0xff) throw damaged('JPEG', wrongAt(bytes, walk));
  // Any number of fill bytes may stand before a marker.
  while (bytes[walk.at] === 0xff) walk.at += 1;
  const marker = bytes[walk.at];
  if (marker === undefined || marker === 0) throw damaged('JPEG', wrongAt(bytes, walk));
  walk.at += 1;
  return marker;
}

function passSegment(bytes: Uint8Array, walk: Walk, marker: number): void {
  const from = walk.at;
  const length = (bytes[from] ?? 0) * 256 + (bytes[from + 1] ?? 0);
  walk.at += length;
  if (length < 2 || walk.at >= bytes.length) throw damaged('JPEG', wrongAt(bytes, { at: from }));
  if (OTHER_FRAMES.has(marker)) throw damaged('JPEG', 'it is lossless, hierarchical or arithmetically coded');
  if (FRAMES.has(marker)) {
    if (walk.width > 0) throw damaged('JPEG', 'it holds more than one image');
    walk.height = bytes[from + 3]! * 256 + bytes[from + 4]!;
    walk.width = bytes[from + 5]! * 256 + bytes[from + 6]!;
  }
  if (marker !== MARKER.startOfScan) return;
  walk.scans += 1;
  if (walk.scans > MAX_SCANS) throw damaged('JPEG', `it has more than ${MAX_SCANS} scans`);
  passScan(bytes, walk);
}

/** Moves behind coded data: within it 0xff is followed by a zero or by a restart marker. */
function passScan(bytes: Uint8Array, walk: Walk): void {
  for (;;) {
    const at = bytes.indexOf(0xff, walk.at);
    if (at < 0) throw damaged('JPEG', `it is cut off after ${bytes.length} bytes`);
    const next = bytes[at + 1]!;
    const isCoded = next === 0 || (next >= 0xd0 && next <= 0xd7);
    walk.at = isCoded ? at + 2 : at;
    if (!isCoded) return;
  }
}

const wrongAt = (bytes: Uint8Array, { at }: { at: number }): string =>
  at >= bytes.length ? `it is cut off after ${bytes.length} bytes` : `no segment begins at byte ${at}`;
