import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Sizes } from '../jobs/timings.ts';
import { byteBuffer } from './byte-buffer.ts';
import type { Content } from './format.ts';
import { PACKS } from './pack.ts';

/** Beyond a part there is room for the run that fills it: more than a run has, less than a part. */
const SLACK_BYTES = 1024 ** 2;

/** The sums over all bytes of a segment so far. */
export type Sums = { bytes: number; crc32: number };

/**
 * Bytes of a segment on their way into parts: packed, summed up and held until they are enough.
 * Two buffers take turns, so that one part is uploaded while the next one fills.
 */
export type SegmentOutput = {
  /** Bytes that are in no part yet. */
  readonly pendingBytes: number;
  write(content: Content): Promise<void>;
  /** Packs what is still unpacked; `evenEmpty` makes a valid file of nothing. */
  drain(evenEmpty: boolean): Promise<void>;
  /** The pending bytes, valid until the call after the next one to take; `keep` leaves them pending. */
  take(keep: boolean): Buffer;
  sums(): Sums;
  /** Hex SHA-256 of all bytes; null when an earlier slice wrote some of them, since it cannot be continued. */
  sha256(): string | null;
};

type Options = {
  compression: keyof typeof PACKS;
  sizes: Sizes;
  /** Sums of earlier slices, the tail included. */
  before: Sums;
  /** Bytes that an earlier slice could not put into a part. */
  tail: Uint8Array;
  hashed: boolean;
};

export function segmentOutput({ compression, sizes, before, tail, hashed }: Options): SegmentOutput {
  const capacity = sizes.partBytes + Math.min(sizes.partBytes, SLACK_BYTES);
  const buffers = [byteBuffer(capacity), byteBuffer(capacity)] as const;
  const unpacked = byteBuffer(compression === 'none' ? 0 : sizes.compressBytes * 2);
  const pack = PACKS[compression];
  const hash: Hash | undefined = hashed ? createHash('sha256') : undefined;
  let turn: 0 | 1 = 0;
  let sums = before;
  buffers[turn].write(tail);
  /** So many pending bytes are summed up already. */
  let summed = tail.length;

  const sumUp = (): void => {
    const fresh = buffers[turn].bytes().subarray(summed);
    sums = { bytes: sums.bytes + fresh.length, crc32: crc32(fresh, sums.crc32) };
    hash?.update(fresh);
    summed += fresh.length;
  };
  const packUp = async (): Promise<void> => {
    const packed = await pack(unpacked.bytes());
    unpacked.clear();
    buffers[turn].write(packed);
  };

  return {
    get pendingBytes() {
      return buffers[turn].length;
    },
    async write(content) {
      if (compression === 'none') return buffers[turn].write(content);
      unpacked.write(content);
      if (unpacked.length >= sizes.compressBytes) await packUp();
    },
    async drain(evenEmpty) {
      const empty = unpacked.length === 0;
      const nothing = evenEmpty && sums.bytes === 0 && buffers[turn].length === 0;
      if (compression !== 'none' && (!empty || nothing)) await packUp();
    },
    take(keep) {
      sumUp();
      const bytes = buffers[turn].bytes();
      if (!keep) {
        turn = turn === 0 ? 1 : 0;
        buffers[turn].clear();
        summed = 0;
      }
      return bytes;
    },
    sums: () => sums,
    sha256: () => hash?.copy().digest('hex') ?? null,
  };
}
