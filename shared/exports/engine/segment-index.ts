import { Problem } from '#shared/problem.ts';
import { byteBuffer } from '../files/byte-buffer.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Segment, SegmentIndex } from '../jobs/job.ts';
import type { ExportTools } from './export-tools.ts';

/** Far more than a segment's rows leave behind; a worker has it in memory. */
const MOST_BYTES = 32 * 1024 ** 2;

/** What the rows of a segment leave behind for the end of their file, while they are written. */
export type IndexOutput = {
  add(piece: Uint8Array): void;
  /** A copy of the whole index, when something was added since the last call. */
  pending(): Uint8Array | undefined;
};

/** Goes on from where the last checkpoint left the index. */
export async function openIndex(segment: Segment, files: Pick<FileStore, 'read'>): Promise<IndexOutput> {
  const before = await readIndex(segment.index, files);
  const buffer = byteBuffer(before.length);
  buffer.write(before);
  let changed = false;
  return {
    add(piece) {
      if (buffer.length + piece.length > MOST_BYTES) throw tooLarge();
      buffer.write(piece);
      changed ||= piece.length > 0;
    },
    pending() {
      if (!changed) return undefined;
      changed = false;
      return Uint8Array.from(buffer.bytes());
    },
  };
}

/**
 * Puts an index where its segment's record can name it: into it when small.
 * @param key  nobody else's
 */
export async function keepIndex(
  index: Uint8Array,
  key: string,
  { files, sizes }: Pick<ExportTools, 'files' | 'sizes'>,
): Promise<SegmentIndex> {
  if (index.length <= sizes.inlineIndexBytes) return { inline: index };
  await files.put(key, index);
  return { key, bytes: index.length };
}

/** All that a segment's rows left behind; empty when that is nothing. */
export async function readIndex(
  index: SegmentIndex | null,
  files: Pick<FileStore, 'read'>,
): Promise<Uint8Array> {
  if (index === null) return new Uint8Array();
  return 'inline' in index ? index.inline : files.read(index.key);
}

const tooLarge = (): Problem =>
  new Problem(
    'invalid_request',
    `one piece of the file has an index of more than ${MOST_BYTES / 1024 ** 2} MiB: ask for a shorter range`,
  );
