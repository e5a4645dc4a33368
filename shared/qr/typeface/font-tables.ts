const NEEDED = ['head', 'hhea', 'hmtx', 'cmap', 'loca', 'glyf', 'OS/2'] as const;

/** The tables of a TrueType font that outlines need, each as a view that starts at its first byte. */
export type FontTables = Record<(typeof NEEDED)[number], DataView>;

/**
 * Finds the tables of a font by its directory.
 * @throws Error that names a table that is missing
 * @see https://learn.microsoft.com/en-us/typography/opentype/spec/otff#table-directory
 */
export function fontTables(bytes: Uint8Array): FontTables {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, DataView>();
  for (let n = 0; n < view.getUint16(4); n += 1) {
    const entry = 12 + 16 * n;
    const tag = String.fromCharCode(...bytes.subarray(entry, entry + 4));
    const [offset, length] = [view.getUint32(entry + 8), view.getUint32(entry + 12)];
    found.set(tag, new DataView(bytes.buffer, bytes.byteOffset + offset, length));
  }
  const missing = NEEDED.filter((tag) => !found.has(tag));
  if (missing.length > 0) throw new Error(`the font lacks the tables ${missing.join(', ')}`);
  return Object.fromEntries(found) as FontTables;
}
