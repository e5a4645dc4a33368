/** Names that Windows keeps for devices, whatever follows the dot. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

const MAX_CHARACTERS = 100;

/**
 * A name for one of the files of an archive, `<folder>/<name>.<extension>`, of the characters A-Z, a-z, 0-9, `.`, `_` and
 * `-`. Names that differ stay different, for file systems too that do not know capitals from small letters: what was
 * changed about a name, and where its capitals are, stands behind a dot, which the names of links do not have.
 */
export function entryName(folder: string, name: string, extension: string): string {
  const host = folder.toLowerCase().replace(/\.+$/, '');
  return `${safe(host, /[^a-z0-9.-]/g)}/${distinct(name)}.${extension}`;
}

function distinct(name: string): string {
  const plain = safe(name, /[^A-Za-z0-9_-]/g);
  const capitals = capitalsOf(name);
  const mark = plain === name ? capitals : Buffer.from(name).toString('hex').slice(0, MAX_CHARACTERS);
  return mark === '' ? plain : `${plain}.${mark}`;
}

/** Nothing that is hidden, a device or no name at all. */
function safe(text: string, others: RegExp): string {
  const plain = text.slice(0, MAX_CHARACTERS).replace(others, '-').replace(/^\.+/, '');
  return plain === '' || DEVICES.test(plain.split('.')[0]!) ? `_${plain}` : plain;
}

/** Where a name has capitals, as a number in hex; nothing when it has none. */
function capitalsOf(name: string): string {
  let mask = 0n;
  for (const character of name) mask = mask * 2n + (/[A-Z]/.test(character) ? 1n : 0n);
  return mask === 0n ? '' : mask.toString(16);
}
