/** Bytes of one of the objects that are joined. */
export type Piece = { object: number; from: number; to: number };

/**
 * One part of a joined file: bytes of one object that are copied where they lie, or several short pieces that are
 * read and uploaded together.
 */
export type PartPlan = { pieces: Piece[]; copied: boolean };

/**
 * The parts of a file that joins objects of these sizes; one without bytes when there is nothing to join. No part but the last is smaller than `minPartBytes`:
 * what is short is filled up with the beginning of what follows.
 * @param maxPartBytes  S3 copies at most 5 GiB at once
 */
export function layOutParts(
  objectBytes: readonly number[],
  { minPartBytes, maxPartBytes = 5 * 1024 ** 3 }: { minPartBytes: number; maxPartBytes?: number },
): PartPlan[] {
  const parts: PartPlan[] = [];
  let short: Piece[] = [];
  let shortBytes = 0;
  const flush = (): void => {
    if (short.length > 0) parts.push({ pieces: short, copied: false });
    short = [];
    shortBytes = 0;
  };
  const hold = (piece: Piece): void => {
    short.push(piece);
    shortBytes += piece.to - piece.from;
    if (shortBytes >= minPartBytes) flush();
  };

  for (const [object, bytes] of objectBytes.entries()) {
    let from = 0;
    if (shortBytes > 0 && bytes > 0) {
      from = Math.min(bytes, minPartBytes - shortBytes);
      hold({ object, from: 0, to: from });
    }
    while (bytes - from >= minPartBytes) {
      // What would be left over after a full copy may be too short to stand alone in the middle: it is held instead.
      const to = Math.min(bytes, from + maxPartBytes);
      parts.push({ pieces: [{ object, from, to }], copied: true });
      from = to;
    }
    if (from < bytes) hold({ object, from, to: bytes });
  }
  flush();
  return parts.length > 0 ? parts : [{ pieces: [], copied: false }];
}
