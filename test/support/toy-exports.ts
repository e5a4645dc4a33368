/**
 * Kinds and formats that exist to prove the seams of the export engine: bytes that are not text, an index that rows
 * leave behind, an end that is written from it, several files, ids in the order in which they were sent, a failed job
 * with a file.
 */
import * as z from 'zod';
import type { ChosenIds, ExportKind, KindRegistry } from '#shared/exports/engine/kind.ts';
import type { ColumnTable } from '#shared/exports/files/columns.ts';
import type { FileFormat, FormatRegistry, WrittenSegment } from '#shared/exports/files/format.ts';
import { fileFormat } from '#shared/exports/files/formats.ts';
import type { IdRange } from '#shared/exports/jobs/job.ts';
import { analytics } from '#shared/exports/kinds/analytics.ts';
import { ANALYTICS_COLUMNS } from '#shared/exports/kinds/analytics-columns.ts';
import { exportKind } from '#shared/exports/kinds/kinds.ts';

const MAGIC = Buffer.from([0xff, 0x00, 0x80, 0xfe]);

/** Rows behind each other as bytes that are no UTF-8, each behind its length, and at the end where each of them begins. */
const ledger: FileFormat = {
  open: () => MAGIC,
  rows: (columns: ColumnTable<never>, { columns: names }) => {
    const texts = (names as string[]).map((name) => columns[name]!.text as (row: unknown) => string);
    return (rows) => {
      const entries = rows.map((row) => entryOf(texts.map((text) => text(row)).join('|')));
      const index = Buffer.alloc(entries.length * 4);
      for (const [n, entry] of entries.entries()) index.writeUInt32BE(entry.length, n * 4);
      return { content: Buffer.concat(entries), rows: rows.length, skippedRows: 0, index };
    };
  },
  async *close(_options, segments) {
    let offset = MAGIC.length;
    let sum = 0;
    for (const segment of segments) {
      const index = Buffer.from(await segment.index());
      let bytes = segment === segments[0] ? MAGIC.length : 0;
      for (let at = 0; at < index.length; at += 4) {
        yield offsetText(offset);
        sum += offset;
        offset += index.readUInt32BE(at);
        bytes += index.readUInt32BE(at);
      }
      // An index that is not of exactly these rows would go unnoticed otherwise.
      if (bytes !== segment.bytes)
        throw new Error(`${bytes} bytes by the index, ${segment.bytes} are written`);
    }
    yield `= ${sum}`;
  },
};

/** Long, so that the end is of several parts. */
const offsetText = (offset: number): string => String(offset).padStart(40);

const entryOf = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, text.length]), Buffer.from(text)]);

/** The ledger of these entries, made in one go. */
export function ledgerOf(texts: readonly string[]): Buffer {
  const entries = texts.map(entryOf);
  const offsets: number[] = [];
  let at = MAGIC.length;
  for (const { length } of entries) {
    offsets.push(at);
    at += length;
  }
  const sum = offsets.reduce((total, offset) => total + offset, 0);
  const end = `${offsets.map(offsetText).join('')}= ${sum}`;
  return Buffer.concat([MAGIC, ...entries, Buffer.from(end)]);
}

type Picture = { id: string };
type Made = { id: string; bytes: number | null };

/** Pictures of links; those of the dead cannot be made. */
const pictureOf = ({ id }: Picture): string | null => (id.startsWith('dead') ? null : `<${id}>`);

const pictures: FileFormat = {
  open: () => '',
  rows: () => (rows) => {
    const made = (rows as unknown as Picture[]).map((row) => ({ ...row, picture: pictureOf(row) }));
    const entries = made.map(
      ({ id, picture }): Made => ({ id, bytes: picture === null ? null : picture.length }),
    );
    return {
      content: made.map(({ picture }) => picture ?? '').join(''),
      rows: made.filter(({ picture }) => picture !== null).length,
      skippedRows: made.filter(({ picture }) => picture === null).length,
      index: Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
    };
  },
  async *close(_options, segments) {
    yield `|${(await madeOf(segments)).length}`;
  },
};

/** A file of nothing but an end: it tells of every row of the first file. */
const manifest: FileFormat = {
  open: () => '{"results":',
  rows: () => {
    throw new Error('a manifest has no rows');
  },
  async *close(_options, segments) {
    yield JSON.stringify(await madeOf(segments));
    yield '}';
  },
};

async function madeOf(segments: readonly WrittenSegment[]): Promise<Made[]> {
  const made: Made[] = [];
  for (const { file, index } of segments) {
    if (file !== 0) continue;
    const lines = Buffer.from(await index())
      .toString()
      .split('\n')
      .slice(0, -1);
    made.push(...lines.map((line) => JSON.parse(line) as Made));
  }
  return made;
}

const FORMATS: Readonly<Record<string, FileFormat>> = { ledger, pictures, manifest };
export const toyFormat: FormatRegistry = (name) => FORMATS[name] ?? fileFormat(name);

/** The clicks of an analytics export as a ledger of their slugs. */
const ledgerKind: typeof analytics = {
  ...analytics,
  file: () => ({
    name: 'clicks.ledger',
    contentType: 'application/octet-stream',
    format: 'ledger',
    columns: ANALYTICS_COLUMNS,
    options: { columns: ['short_code', 'clicked_at'] },
    compression: 'none',
  }),
};

const SEGMENT_IDS = 3;
const BATCH_IDS = 2;
const CHOSEN_AT_ONCE = 4;

type PicturesSpec = { url_ids: string[] };

/** A picture of each link, in the order in which the ids were sent, and a manifest of what became of each. */
const picturesKind: ExportKind<PicturesSpec, Picture, IdRange> = {
  schema: z.strictObject({ url_ids: z.array(z.guid()) }),
  check: () => undefined,
  snapshotMs: (acceptedAtMs) => acceptedAtMs,
  choose: ({ ids, cursor }) => idsFrom(ids!, Number(cursor ?? 0)),
  cut: async ({ chosen }) => ({
    files: [
      Array.from({ length: Math.ceil(chosen! / SEGMENT_IDS) }, (_, n) => ({
        fromId: n * SEGMENT_IDS,
        toId: Math.min(chosen!, (n + 1) * SEGMENT_IDS),
      })),
      [],
    ],
    rowsTotal: chosen,
  }),
  async *read({ ids, cursor }) {
    for (let at = Number(cursor ?? 0); at < ids.length; at += BATCH_IDS) {
      const rows = ids.slice(at, at + BATCH_IDS).map((id) => ({ id }));
      yield { rows, cursor: String(at + rows.length) };
    }
  },
  file: (_spec, { n }) => ({
    ...(n === 0
      ? { name: 'pictures', contentType: 'application/octet-stream', format: 'pictures' }
      : {
          name: 'manifest.json',
          contentType: 'application/json',
          format: 'manifest',
          evenFailed: true,
        }),
    columns: {},
    options: {},
    compression: 'none',
  }),
  failure: (_spec, { rows }) =>
    rows > 0 ? null : { code: 'internal_error', message: 'none of the pictures could be made', hint: null },
};

async function* idsFrom(ids: readonly string[], from: number): AsyncGenerator<ChosenIds, void, undefined> {
  for (let at = from; at < ids.length; at += CHOSEN_AT_ONCE) {
    const some = ids.slice(at, at + CHOSEN_AT_ONCE);
    yield { ids: some, cursor: String(at + some.length) };
  }
}

/** The pictures of these links and their manifest, made in one go. */
export function picturesOf(ids: readonly string[]): { pictures: string; manifest: string } {
  const made = ids.map((id): Made => ({ id, bytes: pictureOf({ id })?.length ?? null }));
  return {
    pictures: `${ids.map((id) => pictureOf({ id }) ?? '').join('')}|${made.length}`,
    manifest: JSON.stringify({ results: made }),
  };
}

const KINDS: Readonly<Record<string, unknown>> = { ledger: ledgerKind, pictures: picturesKind };
export const toyKind: KindRegistry = (name) =>
  (KINDS[name] as ReturnType<KindRegistry> | undefined) ?? exportKind(name);
