/**
 * The records of a ZIP whose entries are stored as they are, in 64-bit form where the 32-bit one has no room.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

/** A file in an archive. `name` is ASCII. */
export type ZipEntry = { name: string; bytes: number; crc32: number };

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;

/** What a 16- or 32-bit field says when the 64-bit one is to be read. */
const SEE_64 = { short: 0xffff, long: 0xffff_ffff } as const;

/** Plain and 64-bit archives. */
const VERSION = { plain: 20, zip64: 45 } as const;

/** 1980-01-01, the first day there is: the same files make the same bytes whenever they are packed. */
const DATE = 0x0021;

/** Unix, and a file that its owner may write and all may read. */
const MADE_BY_UNIX = 3 << 8;
const FILE_MODE = 0o100644;

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const OFFSET_64_BYTES = 12;

/** What stands before the bytes of an entry. An entry itself has less than 4 GiB. */
export function localHeader({ name, bytes, crc32 }: ZipEntry): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES + name.length);
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(VERSION.plain, 4);
  header.writeUInt16LE(DATE, 12);
  header.writeUInt32LE(crc32, 14);
  header.writeUInt32LE(bytes, 18);
  header.writeUInt32LE(bytes, 22);
  header.writeUInt16LE(name.length, 26);
  header.write(name, LOCAL_BYTES, 'latin1');
  return header;
}

/** How many bytes an entry takes, its header included. */
export const entryBytes = ({ name, bytes }: ZipEntry): number => LOCAL_BYTES + name.length + bytes;

/** The line of the directory that leads to an entry. @param offset  of its header in the archive */
export function directoryEntry({ name, bytes, crc32 }: ZipEntry, offset: number): Buffer {
  const far = offset >= SEE_64.long;
  const entry = Buffer.alloc(CENTRAL_BYTES + name.length + (far ? OFFSET_64_BYTES : 0));
  const version = far ? VERSION.zip64 : VERSION.plain;
  entry.writeUInt32LE(CENTRAL, 0);
  entry.writeUInt16LE(MADE_BY_UNIX | version, 4);
  entry.writeUInt16LE(version, 6);
  entry.writeUInt16LE(DATE, 14);
  entry.writeUInt32LE(crc32, 16);
  entry.writeUInt32LE(bytes, 20);
  entry.writeUInt32LE(bytes, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(far ? OFFSET_64_BYTES : 0, 30);
  entry.writeUInt32LE(FILE_MODE * 2 ** 16, 38);
  entry.writeUInt32LE(far ? SEE_64.long : offset, 42);
  entry.write(name, CENTRAL_BYTES, 'latin1');
  if (far) {
    const extra = CENTRAL_BYTES + name.length;
    entry.writeUInt16LE(1, extra);
    entry.writeUInt16LE(8, extra + 2);
    entry.writeBigUInt64LE(BigInt(offset), extra + 4);
  }
  return entry;
}

export type Directory = { entries: number; bytes: number; offset: number };

/** The end of an archive, behind its directory. */
export function endOfArchive({ entries, bytes, offset }: Directory): Buffer {
  const large = entries >= SEE_64.short || bytes >= SEE_64.long || offset >= SEE_64.long;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(entries, SEE_64.short), 8);
  end.writeUInt16LE(Math.min(entries, SEE_64.short), 10);
  end.writeUInt32LE(Math.min(bytes, SEE_64.long), 12);
  end.writeUInt32LE(Math.min(offset, SEE_64.long), 16);
  return large ? Buffer.concat([end64({ entries, bytes, offset }), end]) : end;
}

function end64({ entries, bytes, offset }: Directory): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(END_64, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(MADE_BY_UNIX | VERSION.zip64, 12);
  record.writeUInt16LE(VERSION.zip64, 14);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(LOCATOR_64, 56);
  record.writeBigUInt64LE(BigInt(offset + bytes), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
