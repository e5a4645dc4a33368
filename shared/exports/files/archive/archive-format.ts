import { crc32 } from 'node:zlib';
import type { Encoded, FileFormat, WrittenSegment } from '../format.ts';
import { directoryEntry, endOfArchive, entryBytes, localHeader, type ZipEntry } from './zip.ts';

/** What became of one thing that was asked for: its file, if there is one, and what the manifest says of it. */
export type ArchiveRow = {
  file: { name: string; bytes: Uint8Array } | null;
  result: Readonly<Record<string, unknown>>;
};

export type ArchiveOptions = {
  /** What the manifest says before its counts and results. */
  about: Readonly<Record<string, unknown>>;
};

export const MANIFEST = 'manifest.json';

/** A row as the index has it. */
type Listed = { entry?: ZipEntry; result: ArchiveRow['result'] };

/**
 * A ZIP of one file a row, stored as they are, and at its end a manifest of all rows. Rows are `ArchiveRow`s, of which
 * those without a file are counted as left out.
 */
export const archive: FileFormat<ArchiveOptions> = {
  open: () => '',
  rows: () => (rows) => encode(rows as readonly ArchiveRow[]),
  async *close({ about }, segments) {
    const body = Buffer.from(await manifestText(about, segments));
    const manifest: ZipEntry = { name: MANIFEST, bytes: body.length, crc32: crc32(body) };
    const offset = bytesOf(segments);
    yield localHeader(manifest);
    yield body;
    const directory = { entries: 0, bytes: 0, offset: offset + entryBytes(manifest) };
    let at = 0;
    const lead = (entry: ZipEntry): Buffer => {
      const line = directoryEntry(entry, at);
      at += entryBytes(entry);
      directory.entries += 1;
      directory.bytes += line.length;
      return line;
    };
    for await (const listed of listedOf(segments)) {
      yield Buffer.concat(listed.flatMap(({ entry }) => (entry === undefined ? [] : [lead(entry)])));
    }
    yield lead(manifest);
    yield endOfArchive(directory);
  },
};

/** The manifest of an archive as a file of its own, made of what the archive's rows left behind. */
export const archiveManifest: FileFormat<ArchiveOptions> = {
  open: () => '',
  rows: () => () => {
    throw new Error('a manifest has no rows of its own');
  },
  async *close({ about }, segments) {
    yield await manifestText(about, segments);
  },
};

function encode(rows: readonly ArchiveRow[]): Encoded {
  const content: Uint8Array[] = [];
  let index = '';
  let made = 0;
  for (const { file, result } of rows) {
    if (file === null) {
      index += lineOf({ result });
      continue;
    }
    const entry = { name: file.name, bytes: file.bytes.length, crc32: crc32(file.bytes) };
    content.push(localHeader(entry), file.bytes);
    index += lineOf({ entry, result });
    made += 1;
  }
  return {
    content: Buffer.concat(content),
    rows: made,
    skippedRows: rows.length - made,
    index: Buffer.from(index),
  };
}

const lineOf = (listed: Listed): string => `${JSON.stringify(listed)}\n`;

/** Of the archive, which is the first file. */
const own = (segments: readonly WrittenSegment[]) => segments.filter(({ file }) => file === 0);

const bytesOf = (segments: readonly WrittenSegment[]): number =>
  own(segments).reduce((sum, { bytes }) => sum + bytes, 0);

async function* listedOf(segments: readonly WrittenSegment[]): AsyncGenerator<Listed[], void, undefined> {
  for (const segment of own(segments)) {
    const lines = Buffer.from(await segment.index())
      .toString()
      .split('\n')
      .slice(0, -1);
    yield lines.map((line) => JSON.parse(line) as Listed);
  }
}

async function manifestText(
  about: ArchiveOptions['about'],
  segments: readonly WrittenSegment[],
): Promise<string> {
  let succeeded = 0;
  const results: string[] = [];
  for await (const listed of listedOf(segments)) {
    for (const { entry, result } of listed) {
      if (entry !== undefined) succeeded += 1;
      results.push(JSON.stringify(result));
    }
  }
  const counts = { requested: results.length, succeeded, failed: results.length - succeeded };
  const head = JSON.stringify({ ...about, ...counts }).slice(0, -1);
  return `${head},"results":[${results.join(',\n')}]}\n`;
}
