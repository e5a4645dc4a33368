import encodeQR from 'qr';
import { Problem } from '../../problem.ts';
import { quoted } from '../../quoted.ts';
import { utf8Bytes } from '../../utf8.ts';
import type { ErrorCorrection } from '../style/style.ts';

/** The modules of a QR code, without its quiet zone. */
export type QrSymbol = {
  /** 1 to 40. */
  version: number;
  /** Modules on each side: 17 + 4 × version. */
  side: number;
  /** Row after row, 1 where a module is dark. */
  dark: Uint8Array;
};

/** @see ISO/IEC 18004:2015, table 7: bytes that version 40 holds */
const MAX_BYTES: Record<ErrorCorrection, number> = { L: 2953, M: 2331, Q: 1663, H: 1273 };

const LEVELS = { L: 'low', M: 'medium', Q: 'quartile', H: 'high' } as const;
/** The encoder is at its fastest with a border; we cut it off again. */
const BORDER = 4;

/**
 * The smallest symbol that holds a text as UTF-8 bytes, by the mask of the least penalty.
 * @param version  that of a larger symbol, when it is wanted
 * @throws Problem 'invalid_request' when the text is empty or no symbol holds it
 */
export function qrSymbol(text: string, errorCorrection: ErrorCorrection, version?: number): QrSymbol {
  const bytes = utf8Bytes(text);
  const most = MAX_BYTES[errorCorrection];
  if (bytes === 0 || bytes > most) {
    throw new Problem(
      'invalid_request',
      `a QR code with error correction ${errorCorrection} holds 1 to ${most} bytes; ${quoted(text)} has ${bytes}`,
    );
  }
  const rows = encodeQR(text, 'raw', {
    ecc: LEVELS[errorCorrection],
    encoding: 'byte',
    border: BORDER,
    version,
  });
  const side = rows.length - 2 * BORDER;
  const dark = new Uint8Array(side * side);
  for (let y = 0; y < side; y += 1) {
    const row = rows[y + BORDER]!;
    for (let x = 0; x < side; x += 1) if (row[x + BORDER]) dark[y * side + x] = 1;
  }
  return { version: (side - 17) / 4, side, dark };
}

/** Modules of a finder pattern on each side; one stands in each corner but the bottom right one. */
export const EYE = 7;

/** True in the three finder patterns, which are drawn as a whole. */
export const inEye = (x: number, y: number, side: number): boolean =>
  (x < EYE && (y < EYE || y >= side - EYE)) || (x >= side - EYE && y < EYE);
