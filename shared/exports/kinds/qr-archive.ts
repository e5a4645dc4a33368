import * as z from 'zod';
import type { Link } from '#shared/links/link.ts';
import { Problem } from '#shared/problem.ts';
import type { LinkCodes, RenderSource } from '#shared/qr/link-codes.ts';
import type { Batch, ChosenIds, ExportKind, ReadRequest } from '../engine/kind.ts';
import { type ArchiveOptions, type ArchiveRow, MANIFEST } from '../files/archive/archive-format.ts';
import { entryName } from '../files/archive/entry-name.ts';
import type { IdRange, JobFailure } from '../jobs/job.ts';

const MAX_IDS = 10_000;

/** Codes of one segment: some seconds of drawing, an index that fits into one look. */
const SEGMENT_IDS = 500;
/** Codes between two looks at the clock. */
const BATCH_IDS = 25;

const SIZE = { least: 128, most: 2_048 };

export const qrArchiveSchema = z.strictObject({
  url_ids: z
    .array(z.guid().toLowerCase())
    .min(1)
    .max(MAX_IDS)
    .transform((ids) => [...new Set(ids)]),
  image_format: z.enum(['png', 'svg']).default('png'),
  image_size: z.int().min(SIZE.least).max(SIZE.most).default(1_024),
  render_source: z
    .union([
      z.literal('effective'),
      z.strictObject({ type: z.literal('preset'), qr_preset_id: z.guid().toLowerCase() }),
    ])
    .default('effective'),
});

export type QrArchiveSpec = z.output<typeof qrArchiveSchema>;

/** A ZIP of the QR codes of links, in the order in which they were asked for, and a manifest of what became of each. */
export const qrArchive: ExportKind<QrArchiveSpec, ArchiveRow, IdRange> = {
  schema: qrArchiveSchema,

  check(_spec, { plan }) {
    if (plan.bulkQr) return;
    throw new Problem('plan_limit', 'QR archives are not part of the plan of this workspace');
  },

  snapshotMs: (acceptedAtMs) => acceptedAtMs,

  choose: ({ ids, cursor }) => allAtOnce(cursor === null ? (ids ?? []) : []),

  cut: async ({ chosen, sizes }) => {
    const together = Math.min(SEGMENT_IDS, sizes.segmentRows);
    const ranges = Array.from({ length: Math.ceil(chosen! / together) }, (_, n) => ({
      fromId: n * together,
      toId: Math.min(chosen!, (n + 1) * together),
    }));
    return { files: [ranges, []], rowsTotal: chosen };
  },

  rows: ({ url_ids }) => url_ids.length,

  read,

  file: (spec, { n, jobId, snapshotMs }) => ({
    ...(n === 0
      ? { name: 'qr-codes.zip', contentType: 'application/zip', format: 'archive' }
      : { name: MANIFEST, contentType: 'application/json', format: 'manifest', evenFailed: true }),
    columns: {},
    options: aboutOf(spec, jobId, snapshotMs),
    compression: 'none',
  }),

  failure: (_spec, { rows, skippedRows }): JobFailure | null =>
    rows > 0
      ? null
      : {
          code: 'invalid_request',
          message: `none of the ${skippedRows} QR codes could be made`,
          hint: `${MANIFEST} says why, link by link.`,
        },
};

const aboutOf = (
  { image_format, image_size }: QrArchiveSpec,
  job_id: string | null,
  snapshotMs: number,
): ArchiveOptions => ({
  about: {
    version: 1,
    job_id,
    generated_at: new Date(snapshotMs).toISOString(),
    image_format,
    image_size,
  },
});

async function* allAtOnce(ids: readonly string[]): AsyncGenerator<ChosenIds, void, undefined> {
  if (ids.length > 0) yield { ids, cursor: 'all' };
}

async function* read({
  spec,
  scope,
  ids,
  cursor,
  sources,
}: ReadRequest<QrArchiveSpec, IdRange>): AsyncGenerator<Batch<ArchiveRow>, void, undefined> {
  if (sources.openCodes === undefined) throw new Error('no codes are drawn here');
  const codes = await sources.openCodes(scope.workspaceId);
  for (let at = Number(cursor ?? 0); at < ids.length; at += BATCH_IDS) {
    const some = ids.slice(at, at + BATCH_IDS);
    const links = await sources.links.findMany(scope.workspaceId, some);
    const rows = [];
    for (const id of some) rows.push(await rowOf(id, links.get(id), spec, codes));
    yield { rows, cursor: String(at + some.length) };
  }
}

async function rowOf(
  url_id: string,
  link: Link | undefined,
  spec: QrArchiveSpec,
  codes: LinkCodes,
): Promise<ArchiveRow> {
  const render_source = spec.render_source === 'effective' ? 'effective' : 'preset';
  const asked = { url_id, render_source };
  if (link === undefined) return failed(asked, 'there is no such link in this workspace');
  const { shortCode: short_code, domain: domain_name } = link;
  const known = { ...asked, short_code, domain_name };
  try {
    const style = codes.styleOf(link, sourceOf(spec));
    const bytes = await codes.draw(link, style, { format: spec.image_format, size: spec.image_size });
    const file_name = entryName(domain_name, short_code, spec.image_format);
    return {
      file: { name: file_name, bytes },
      result: { ...known, status: 'ready', file_name, qr_style_hash: style.hash },
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return failed(known, error.message);
  }
}

const failed = (known: object, error: string): ArchiveRow => ({
  file: null,
  result: { ...known, status: 'failed', error },
});

const sourceOf = ({ render_source: source }: QrArchiveSpec): RenderSource =>
  source === 'effective' ? { type: 'effective' } : { type: 'preset', presetId: source.qr_preset_id };
