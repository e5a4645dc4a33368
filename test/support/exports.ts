import type { Click, RecordedClick } from '#shared/clicks/click.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import type { ClickReader, RawClick } from '#shared/clicks/read/click-reader.ts';
import {
  type Accepted,
  type AcceptTools,
  acceptExport,
  type ExportRequest,
} from '#shared/exports/engine/accept-export.ts';
import type { WorkerTools } from '#shared/exports/engine/export-tools.ts';
import type { KindRegistry, Sources } from '#shared/exports/engine/kind.ts';
import { workMessage } from '#shared/exports/engine/work-message.ts';
import type { FormatRegistry } from '#shared/exports/files/format.ts';
import { fileFormat } from '#shared/exports/files/formats.ts';
import type { ExportJob } from '#shared/exports/jobs/job.ts';
import type { JobMessage } from '#shared/exports/jobs/job-queue.ts';
import { SIZES, type Sizes } from '#shared/exports/jobs/timings.ts';
import { exportKind } from '#shared/exports/kinds/kinds.ts';
import { firstUuidAt } from '#shared/ids.ts';
import type { Link } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import type { LinkTotals } from '#shared/roll-ups/totals.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { memoryFileStore } from './memory/file-store.ts';
import { memoryJobQueue } from './memory/job-queue.ts';
import { memoryJobStore } from './memory/job-store.ts';

export const WORKSPACE = '11111111-1111-4111-8111-111111111111';
export const HORIZON_MS = 6_000;
/** A function's time, as the template gives it. */
const TIMEOUT_MS = 120_000;

/** Sizes at which a few rows make several parts and segments. */
export const SMALL: Sizes = {
  segmentRows: 40,
  segmentBytes: 1e9,
  partBytes: 1_500,
  minPartBytes: 1_000,
  pieceIds: 8,
  inlineIndexBytes: 60,
  compressBytes: 600,
};

/** Recorded clicks of one workspace in an array, as the click reader gives them. */
export function clicksOf(clicks: readonly (Click | RecordedClick)[], batch = 7): Pick<ClickReader, 'read'> {
  const rows = clicks
    .map((click) => {
      const recordedAtMs = 'recordedAtMs' in click ? click.recordedAtMs : clickMs(click.clickId) + 1_000;
      return { row: clickItem(click, recordedAtMs, false, 4_000_000_000), recordedAtMs, click };
    })
    .toSorted((a, b) => (a.click.clickId < b.click.clickId ? -1 : 1));
  return {
    async *read({ workspaceId, fromMs, toMs, after = '', recordedUntilMs = Number.POSITIVE_INFINITY }) {
      const kept: RawClick[] = rows
        .filter(({ click, recordedAtMs }) => {
          const ms = clickMs(click.clickId);
          const mine = click.workspaceId === workspaceId && click.clickId > after;
          return mine && ms >= fromMs && ms <= toMs && recordedAtMs <= recordedUntilMs;
        })
        .map(({ row }) => row);
      for (let at = 0; at < kept.length; at += batch) yield kept.slice(at, at + batch);
    },
  };
}

/** Links of one workspace in an array, as the link store pages through them. */
export function linksOf(links: readonly Link[]): Pick<LinkStore, 'page' | 'findMany'> {
  const ascending = links.toSorted((a, b) => (a.urlId < b.urlId ? -1 : 1));
  return {
    findMany: async (workspaceId, urlIds) =>
      new Map(
        ascending
          .filter((link) => link.workspaceId === workspaceId && urlIds.includes(link.urlId))
          .map((link) => [link.urlId, link]),
      ),
    page: async ({ workspaceId, order, after, limit }) => {
      const mine = ascending.filter((link) => link.workspaceId === workspaceId);
      const beyond =
        order === 'ascending'
          ? mine.filter(({ urlId }) => after === undefined || urlId > after)
          : mine.toReversed().filter(({ urlId }) => after === undefined || urlId < after);
      const page = beyond.slice(0, limit);
      return { links: page, next: beyond.length > limit ? page.at(-1)!.urlId : undefined };
    },
  };
}

/** Roll-ups of one workspace: totals as given, days counted from the clicks. */
export function totalsOf(totals: readonly LinkTotals[], clicks: readonly Click[] = []): Sources['totals'] {
  const ascending = totals.toSorted((a, b) => (a.urlId < b.urlId ? -1 : 1));
  return {
    async *read(_, after = '') {
      for (const entry of ascending) if (entry.urlId > after) yield [entry];
    },
    findMany: async (_, ids) =>
      new Map(ascending.filter(({ urlId }) => ids.includes(urlId)).map((entry) => [entry.urlId, entry])),
    workspaceDays: async (_, from, to) => {
      const days = Map.groupBy(clicks, ({ clickId }) => dayOf(clickMs(clickId)));
      return [...days]
        .filter(([day]) => day >= from && day <= to)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([day, made]) => ({ day, clicks: made.length, bots: 0, scans: 0, scanBots: 0 }));
    },
  };
}

type World = {
  clicks?: readonly (Click | RecordedClick)[];
  links?: readonly Link[];
  totals?: readonly LinkTotals[];
};

/** An export engine in memory with a clock that tests set. */
export function openExports(
  { clicks = [], links = [], totals = [] }: World = {},
  {
    sizes = SMALL,
    nowMs = Date.UTC(2026, 3, 20, 12),
    kinds = exportKind,
    formats = fileFormat,
  }: { sizes?: Sizes; nowMs?: number; kinds?: KindRegistry; formats?: FormatRegistry } = {},
) {
  const clock = { ms: nowMs };
  let made = 0;
  const jobs = memoryJobStore();
  const files = memoryFileStore({ minPartBytes: sizes.minPartBytes });
  const queue = memoryJobQueue();
  const tools: WorkerTools & AcceptTools = {
    kinds,
    formats,
    jobs,
    files,
    queue,
    sources: {
      clicks: clicksOf(clicks),
      links: linksOf(links),
      totals: totalsOf(totals, clicks),
      shortOrigin: 'https://{domain}',
    },
    sizes,
    worker: 'worker',
    now: () => clock.ms,
    newId: () => {
      made += 1;
      return firstUuidAt(clock.ms).slice(0, -12) + String(made).padStart(12, '0');
    },
    sleep: async () => undefined,
    random: () => 0.5,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    horizonMs: HORIZON_MS,
    guard: { check: async () => undefined },
  };
  const accept = (kind: string, body: object, more: Partial<ExportRequest> = {}): Promise<Accepted> =>
    acceptExport(
      {
        workspaceId: WORKSPACE,
        plan: PLANS.enterprise,
        kind,
        spec: kinds(kind).schema.parse(body) as Record<string, unknown>,
        requestedBy: { keyId: null, email: null },
        idempotencyKey: undefined,
        force: false,
        ...more,
      },
      tools,
    );
  const work = (message: JobMessage) => workMessage(message, tools, clock.ms + TIMEOUT_MS);
  /** Works off the queue until it is empty. */
  const drain = async () => {
    for (let message = queue.messages.shift(); message; message = queue.messages.shift()) await work(message);
  };
  const find = async ({ jobId }: Pick<ExportJob, 'jobId'>): Promise<ExportJob> =>
    (await jobs.findJob(WORKSPACE, jobId))!;
  /** Accepts and runs a job to its end. @returns the job and the bytes of its file */
  const run = async (kind: string, body: object) => {
    const { job } = await accept(kind, body);
    await drain();
    const ended = await find(job);
    const [file] = ended.files;
    return { job: ended, file, bytes: file ? files.objects.get(file.key)! : Buffer.alloc(0) };
  };
  return { clock, jobs, files, queue, tools, accept, work, drain, find, run };
}

export { SIZES };
