import * as z from 'zod';
import { textUpTo } from '#shared/characters.ts';
import { CLICK_ATTRIBUTES as NAMES } from '#shared/clicks/click.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import { day } from '#shared/input/instant.ts';
import { Problem } from '#shared/problem.ts';
import { retainedSinceMs } from '#shared/workspaces/plans.ts';
import type { Batch, ChooseRequest, ChosenIds, ExportKind, ReadRequest } from '../engine/kind.ts';
import { fileTypeOf, formatFields } from '../files/formats.ts';
import type { IdSet } from '../jobs/id-set.ts';
import type { TimeRange } from '../jobs/job.ts';
import { ANALYTICS_COLUMNS } from './analytics-columns.ts';
import { cutDays } from './cut-days.ts';
import { linkIdPages } from './link-pages.ts';
import { dayStartMs, daysToMs, isTimezone, nextDay, zonedDay } from './zoned-days.ts';

/** Bytes of a row as CSV: turns a segment's bytes into rows. */
const ROW_BYTES = 200;

const names = z
  .array(textUpTo(256).min(1))
  .min(1)
  .max(1000)
  .transform((values) => [...new Set(values)].toSorted());

/** Few enough to be checked and kept with the job; a larger choice is a space or a tag. */
const MAX_URL_IDS = 10_000;

export const analyticsSchema = z
  .strictObject({
    date_from: day,
    date_to: day,
    timezone: z
      .string()
      .refine(isTimezone, 'must be an IANA time zone such as Europe/Berlin')
      .meta({ examples: ['Europe/Berlin', 'America/New_York'] })
      .default('UTC'),
    domains: names.optional(),
    spaces: names.optional(),
    tags: names.optional(),
    url_ids: z
      .array(z.guid().toLowerCase())
      .min(1)
      .max(MAX_URL_IDS)
      .transform((ids) => [...new Set(ids)].toSorted())
      .optional(),
    touch_type: z.enum(['short_link_click', 'qr_scan']).optional(),
    include_bots: z.boolean().default(true),
    ...formatFields(ANALYTICS_COLUMNS),
  })
  .refine(({ date_from, date_to }) => date_from <= date_to, {
    path: ['date_from'],
    message: 'must not be after date_to',
  });

export type AnalyticsSpec = z.output<typeof analyticsSchema>;

/** Click events of whole days, oldest first, as they were recorded. */
export const analytics: ExportKind<AnalyticsSpec, RawClick, TimeRange> = {
  schema: analyticsSchema,

  check({ date_from, timezone }, { plan, nowMs }) {
    const sinceMs = retainedSinceMs(plan, nowMs);
    if (dayStartMs(date_from, timezone) >= sinceMs) return;
    const partly = zonedDay(sinceMs, timezone);
    const earliest = dayStartMs(partly, timezone) >= sinceMs ? partly : nextDay(partly);
    throw new Problem(
      'date_range_exceeds_retention',
      `date_from ${date_from} lies before what the plan keeps; the earliest day available is ${earliest}`,
      { field: 'date_from', details: { earliest_available: earliest } },
    );
  },

  // Nothing recorded up to then is still under way, so reading it again gives the same bytes.
  snapshotMs: (acceptedAtMs, horizonMs) => acceptedAtMs - Math.ceil((2 * horizonMs) / 3),

  choose: (request) => {
    const { spec, ids } = request;
    return ids === null && !spec.spaces && !spec.tags ? null : chosenLinks(request);
  },

  cut: async ({ spec, scope, sources, sizes }) => {
    const range = rangeOf(spec);
    const days = await sources.totals.workspaceDays(
      scope.workspaceId,
      dayOf(range.fromMs),
      dayOf(Math.max(range.fromMs, Math.min(range.toMs, scope.snapshotMs))),
    );
    const rows = Math.min(sizes.segmentRows, Math.ceil(sizes.segmentBytes / ROW_BYTES));
    return { files: [cutDays(range, days, rows)], rowsTotal: rowsTotalOf(spec, days) };
  },

  read,
  file: (spec) => {
    const { extension, contentType } = fileTypeOf(spec);
    return {
      name: `analytics_${spec.date_from}_${spec.date_to}.${extension}`,
      contentType,
      format: spec.format,
      columns: ANALYTICS_COLUMNS,
      options: spec,
      compression: spec.compression,
    };
  },
};

const rangeOf = ({ date_from, date_to, timezone }: AnalyticsSpec) => daysToMs(date_from, date_to, timezone);

/** Known only when every click of the days is taken and each day has been rolled up. */
function rowsTotalOf(spec: AnalyticsSpec, days: readonly { clicks: number }[]): number | null {
  const { domains, spaces, tags, url_ids, touch_type, include_bots, timezone } = spec;
  const filtered = domains ?? spaces ?? tags ?? url_ids ?? touch_type;
  const whole = filtered === undefined && include_bots && timezone === 'UTC';
  return whole && days.every(({ clicks }) => clicks > 0)
    ? days.reduce((sum, { clicks }) => sum + clicks, 0)
    : null;
}

/** The ids that the spec names, and of the links in these spaces with one of these tags those as of now. */
async function* chosenLinks({
  spec: { spaces, tags },
  scope,
  ids,
  cursor,
  sources,
}: ChooseRequest<AnalyticsSpec>): AsyncGenerator<ChosenIds, void, undefined> {
  if (!spaces && !tags) {
    if (cursor === null && ids !== null) yield { ids, cursor: ALL_NAMED };
    return;
  }
  const named = ids === null ? undefined : new Set(ids);
  yield* linkIdPages(
    sources.links,
    { workspaceId: scope.workspaceId, after: cursor },
    (link) =>
      (named?.has(link.urlId) ?? true) &&
      (!spaces || (link.space !== null && spaces.includes(link.space))) &&
      (!tags || tags.some((tag) => link.tags.includes(tag))),
  );
}

/** Where the choosing is when all ids of the spec are chosen, which takes one step. */
const ALL_NAMED = 'all';

async function* read({
  spec,
  scope,
  links,
  range,
  cursor,
  sources,
}: ReadRequest<AnalyticsSpec, TimeRange>): AsyncGenerator<Batch<RawClick>, void, undefined> {
  const keeps = clickFilter(spec, links);
  const clicks = sources.clicks.read({
    workspaceId: scope.workspaceId,
    ...range,
    after: cursor ?? undefined,
    recordedUntilMs: scope.snapshotMs,
  });
  for await (const batch of clicks)
    yield { rows: keeps ? batch.filter(keeps) : batch, cursor: batch.at(-1)!.sk!.S! };
}

/** Tells which clicks belong to the file; undefined when all do. */
function clickFilter(spec: AnalyticsSpec, links: IdSet | null): ((click: RawClick) => boolean) | undefined {
  const tests: ((click: RawClick) => boolean)[] = [];
  if (spec.domains) {
    const domains = new Set(spec.domains.map((domain) => domain.toLowerCase()));
    tests.push((click) => domains.has(click[NAMES.domain]?.S ?? ''));
  }
  if (links) tests.push((click) => links.has(click[NAMES.urlId]?.S ?? ''));
  if (spec.touch_type) {
    const scans = spec.touch_type === 'qr_scan';
    tests.push((click) => (click[NAMES.touchType]?.BOOL ?? false) === scans);
  }
  if (!spec.include_bots) tests.push((click) => !click[NAMES.bot]?.BOOL);
  return tests.length === 0 ? undefined : (click) => tests.every((test) => test(click));
}
