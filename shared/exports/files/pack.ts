import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';

const gzipOf = promisify(gzip);
const zstdOf = promisify(zstdCompress);

/** Packs one run of a file. Packed runs follow each other: gzip members and zstd frames concatenate. */
export type Pack = (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/**
 * Level 1 of either: level 6 of gzip takes twice as long as the encoding of the rows.
 * @see https://datatracker.ietf.org/doc/html/rfc1952#section-2.2
 * @see https://datatracker.ietf.org/doc/html/rfc8878#section-3.1
 */
export const PACKS = {
  none: (bytes) => bytes,
  gzip: (bytes) => gzipOf(bytes, { level: 1 }),
  zstd: (bytes) => zstdOf(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
} as const satisfies Record<string, Pack>;
