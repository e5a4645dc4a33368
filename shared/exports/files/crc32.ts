/** The reversed polynomial of CRC-32 as zlib, gzip and ZIP use it. */
const POLYNOMIAL = 0xedb88320;

/** CRC-32 of nothing. */
export const EMPTY_CRC32 = 0;

/**
 * The CRC-32 of two byte strings one after the other, from theirs and the second one's length: no byte is read again.
 * Appending n zero bytes is a linear map over GF(2), so it is raised to the power n by squaring.
 * @see https://github.com/madler/zlib/blob/v1.2.11/crc32.c crc32_combine
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  if (secondBytes === 0) return first;
  let operator = square(square(oneZeroBit()));
  let crc = first;
  // Bits of a length beyond 2^32 need division instead of shifts.
  for (let bytes = secondBytes; bytes > 0; bytes = Math.floor(bytes / 2)) {
    operator = square(operator);
    if (bytes % 2 === 1) crc = times(operator, crc);
  }
  return (crc ^ second) >>> 0;
}

/** Eight lower-case hex digits. */
export const crc32Hex = (crc: number): string => crc.toString(16).padStart(8, '0');

/** The map that appends one zero bit; column n is the image of bit n. */
const oneZeroBit = (): Uint32Array =>
  Uint32Array.from({ length: 32 }, (_, bit) => (bit === 0 ? POLYNOMIAL : 2 ** (bit - 1)));

function times(matrix: Uint32Array, vector: number): number {
  let sum = 0;
  for (let bit = 0, rest = vector >>> 0; rest !== 0; bit += 1, rest >>>= 1) {
    if (rest & 1) sum ^= matrix[bit]!;
  }
  return sum >>> 0;
}

const square = (matrix: Uint32Array): Uint32Array => matrix.map((column) => times(matrix, column));
