/**
 * How error correction H divides the codewords of each version into blocks, from version 1 on.
 * @see ISO/IEC 18004:2015, table 9
 */
const BLOCKS = [
  1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45,
  48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
];
const CORRECTION_CODEWORDS = [
  17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30,
  30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
];

/** The blocks of a symbol with error correction H. */
export type HighBlocks = {
  count: number;
  /** Codewords of each block that exist to correct others. */
  correction: number;
  /** Codewords of a block that may be wrong and are still restored: half of those for correction. */
  restorable: number;
};

/** @param version  1 to 40 */
export function highBlocks(version: number): HighBlocks {
  const correction = CORRECTION_CODEWORDS[version - 1]!;
  return { count: BLOCKS[version - 1]!, correction, restorable: correction >> 1 };
}
