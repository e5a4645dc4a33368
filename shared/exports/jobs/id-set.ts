const ID_BYTES = 16;
/** Clicks of few links make up most of a file; what was looked up is kept, up to this many ids. */
const KEPT_ANSWERS = 20_000;

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** UUIDs as 16-byte values, one behind the other, as they come. */
export function packIds(uuids: Iterable<string>): Buffer {
  const hex = Array.from(uuids, (uuid) => uuid.replaceAll('-', ''));
  return Buffer.from(hex.join(''), 'hex');
}

/** The UUIDs that packIds was given, in order. */
export function unpackIds(packed: Uint8Array): string[] {
  const hex = Buffer.from(packed).toString('hex');
  return Array.from({ length: packed.length / ID_BYTES }, (_, at) => {
    const id = hex.slice(at * 32, at * 32 + 32);
    return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
  });
}

/** A set of links: 16 bytes a link, so that a million of them fit beside everything else a worker holds. */
export type IdSet = { has(uuid: string): boolean };

/** @param packed  in any order; it is not changed */
export function idSet(packed: Uint8Array): IdSet {
  const ids = sorted(Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength));
  const known = new Map<string, boolean>();
  return {
    has(uuid) {
      let found = known.get(uuid);
      if (found === undefined) {
        if (known.size >= KEPT_ANSWERS) known.clear();
        found = search(ids, bytesOf(uuid));
        known.set(uuid, found);
      }
      return found;
    },
  };
}

/** Most plans choose links in the order of their ids, so the check is all there is to do. */
function sorted(ids: Buffer): Buffer {
  for (let at = ID_BYTES; at < ids.length; at += ID_BYTES) {
    if (ids.compare(ids, at, at + ID_BYTES, at - ID_BYTES, at) > 0) {
      const values = Array.from({ length: ids.length / ID_BYTES }, (_, n) =>
        ids.subarray(n * ID_BYTES, (n + 1) * ID_BYTES),
      );
      return Buffer.concat(values.sort(Buffer.compare));
    }
  }
  return ids;
}

function search(ids: Buffer, id: Buffer): boolean {
  if (id.length !== ID_BYTES) return false;
  let low = 0;
  let high = ids.length / ID_BYTES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = ids.compare(id, 0, ID_BYTES, middle * ID_BYTES, (middle + 1) * ID_BYTES);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
