import type { FileStore } from '../files/file-store.ts';
import { type IdSet, idSet, unpackIds } from '../jobs/id-set.ts';
import type { FrozenLinks, IdRange } from '../jobs/job.ts';

const ID_BYTES = 16;

/** How many links were frozen; null when every link belongs to the job. */
export function countLinks(frozen: FrozenLinks): number | null {
  if (frozen === null) return null;
  if ('inline' in frozen) return frozen.inline.length / ID_BYTES;
  return frozen.pieces.reduce((sum, { count }) => sum + count, 0);
}

/** The frozen links as a set; null = any. */
export async function linkSet(frozen: FrozenLinks, files: Pick<FileStore, 'read'>): Promise<IdSet | null> {
  if (frozen === null) return null;
  if ('inline' in frozen) return idSet(frozen.inline);
  const packed = [];
  for (const { key } of frozen.pieces) packed.push(await files.read(key));
  return idSet(Buffer.concat(packed));
}

/** The ids of the frozen links in these places, in the plan's order; of the pieces only what the range covers is read. */
export async function linksIn(
  frozen: FrozenLinks,
  { fromId, toId }: IdRange,
  files: Pick<FileStore, 'read'>,
): Promise<string[]> {
  if (frozen === null) return [];
  if ('inline' in frozen) return unpackIds(frozen.inline.subarray(fromId * ID_BYTES, toId * ID_BYTES));
  const packed: Uint8Array[] = [];
  let first = 0;
  for (const { key, count } of frozen.pieces) {
    const from = Math.max(0, fromId - first);
    const to = Math.min(count, toId - first);
    if (from < to) packed.push(await files.read(key, { from: from * ID_BYTES, to: to * ID_BYTES }));
    first += count;
  }
  return unpackIds(Buffer.concat(packed));
}
