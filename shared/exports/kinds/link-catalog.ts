import * as z from 'zod';
import { textUpTo } from '#shared/characters.ts';
import { instantOrDay } from '#shared/input/instant.ts';
import { oneOrMore } from '#shared/input/one-or-more.ts';
import { CATALOG_COLUMN_NAMES } from '#shared/links/catalog/catalog-csv.ts';
import { type LinkFilter, linkMatcher } from '#shared/links/link-filter.ts';
import type { Batch, ExportKind, ReadRequest } from '../engine/kind.ts';
import { fileTypeOf, formatFields } from '../files/formats.ts';
import type { TimeRange } from '../jobs/job.ts';
import { CATALOG_COLUMNS, type CatalogRow } from './catalog-columns.ts';
import { cutLinks } from './cut-links.ts';
import { lookUpTotals, mergeTotals } from './join-totals.ts';
import { type LinkRange, linkPages } from './link-pages.ts';

/** Bytes of a row as CSV: turns a segment's bytes into rows. */
const ROW_BYTES = 250;

/** An id's time and the link's own may differ by what passes between making the one and the other. */
const ID_SLACK_MS = 60_000;

const text = textUpTo(256).min(1);

/** The filters of a catalog, of several values each any will do: as the query of the immediate export and the body of a job have them. */
const catalogFilterFields = {
  space: oneOrMore(text).optional(),
  tag: oneOrMore(text).optional(),
  domain: oneOrMore(text.toLowerCase()).optional(),
  status: oneOrMore(z.enum(['active', 'disabled', 'expired'])).optional(),
  q: text.optional(),
  created_after: instantOrDay.optional(),
  created_before: instantOrDay.optional(),
  sort: z.enum(['created_at', '-created_at']).default('created_at'),
};

const catalogFormat = formatFields(CATALOG_COLUMNS, CATALOG_COLUMN_NAMES);

export const catalogSchema = z.strictObject({ ...catalogFilterFields, ...catalogFormat });

/** What the query of the immediate export takes: which links, and how their file is cut. */
export const catalogQuery = z.strictObject({
  ...catalogFilterFields,
  columns: catalogFormat.columns,
  delimiter: catalogFormat.delimiter,
});
export type CatalogSpec = z.output<typeof catalogSchema>;

/** One row per link, as it is when it is read; which links, is fixed when the job is accepted. */
export const linkCatalog: ExportKind<CatalogSpec, CatalogRow, TimeRange> = {
  schema: catalogSchema,
  check: () => undefined,
  snapshotMs: (acceptedAtMs) => acceptedAtMs,

  async cut({ spec, scope, sources, sizes }) {
    const rows = Math.min(sizes.segmentRows, Math.ceil(sizes.segmentBytes / ROW_BYTES));
    const range = rangeOf(spec, scope.snapshotMs);
    const { ranges, links } = await cutLinks(sources.links, scope.workspaceId, range, rows);
    return {
      files: [spec.sort === 'created_at' ? ranges : ranges.toReversed()],
      rowsTotal: Object.values(filterOf(spec)).some((value) => value !== undefined) ? null : links,
    };
  },

  read,
  file: (spec, { acceptedAtMs }) => {
    const { extension, contentType } = fileTypeOf(spec);
    return {
      name: `links_${new Date(acceptedAtMs).toISOString().slice(0, 10)}.${extension}`,
      contentType,
      format: spec.format,
      columns: CATALOG_COLUMNS,
      options: spec,
      compression: spec.compression,
    };
  },
};

const DAY_MS = 86_400_000;

/** A day counts whole at either end; an instant is included after and excluded before. */
function filterOf(spec: CatalogSpec): LinkFilter {
  const { space, tag, domain, status, q, created_after, created_before } = spec;
  const before = created_before === undefined ? undefined : Date.parse(created_before);
  return {
    space,
    tag,
    domain,
    status,
    search: q,
    createdFromMs: created_after === undefined ? undefined : Date.parse(created_after),
    createdBeforeMs: before === undefined ? undefined : before + (created_before!.length === 10 ? DAY_MS : 0),
  };
}

/** The ids that links of the filter can have: the whole range that is cut into segments. */
export function rangeOf(spec: CatalogSpec, snapshotMs: number): TimeRange {
  const { createdFromMs = ID_SLACK_MS, createdBeforeMs = Number.POSITIVE_INFINITY } = filterOf(spec);
  return {
    fromMs: Math.max(1, createdFromMs - ID_SLACK_MS),
    toMs: Math.min(snapshotMs, createdBeforeMs + ID_SLACK_MS),
  };
}

async function* read({
  spec,
  scope,
  range,
  cursor,
  sources,
}: ReadRequest<CatalogSpec, TimeRange>): AsyncGenerator<Batch<CatalogRow>, void, undefined> {
  const { workspaceId, snapshotMs } = scope;
  const takes = linkMatcher(filterOf(spec), snapshotMs);
  const order = spec.sort === 'created_at' ? 'ascending' : 'descending';
  const linkRange: LinkRange = { workspaceId, order, ...range, after: cursor };
  const join = order === 'ascending' ? mergeTotals : lookUpTotals;
  const pages = linkPages(sources.links, linkRange);
  for await (const { page, totals } of join(pages, workspaceId, sources.totals)) {
    const rows: CatalogRow[] = page.filter(takes).map((link) => ({
      link,
      totals: totals.get(link.urlId),
      atMs: snapshotMs,
      shortOrigin: sources.shortOrigin,
    }));
    yield { rows, cursor: page.at(-1)!.urlId };
  }
}
