import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, isoDay } from '#shared/clicks/click-day.ts';
import { type AcceptTools, acceptExport } from '#shared/exports/engine/accept-export.ts';
import type { WorkerTools } from '#shared/exports/engine/export-tools.ts';
import type { FileStore } from '#shared/exports/files/file-store.ts';
import { fileFormat } from '#shared/exports/files/formats.ts';
import type { ExportJob } from '#shared/exports/jobs/job.ts';
import type { JobMessage } from '#shared/exports/jobs/job-queue.ts';
import type { JobStore } from '#shared/exports/jobs/job-store.ts';
import { SIZES, type Sizes } from '#shared/exports/jobs/timings.ts';
import { exportKind } from '#shared/exports/kinds/kinds.ts';
import { newUuid } from '#shared/ids.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { SAMPLE_DAY_MS, SAMPLE_WORKSPACE, sampleReader } from './sample-clicks.ts';
import { sampleDays, sampleDaysReader } from './sample-days.ts';

type SampleTools = WorkerTools & AcceptTools & { messages: JobMessage[] };

type SampleOptions = {
  jobs: JobStore;
  files: FileStore;
  sizes?: Sizes;
  /** Over how many days the clicks are spread; then they are read as the table's are, shard by shard. */
  days?: number | undefined;
};

/** An engine that exports so many clicks, made while they are read. Its rings are kept in `messages`. */
export function sampleTools(rows: number, { jobs, files, sizes = SIZES, days }: SampleOptions): SampleTools {
  const messages: JobMessage[] = [];
  return {
    jobs,
    files,
    messages,
    kinds: exportKind,
    formats: fileFormat,
    queue: { send: async (message) => void messages.push(message) },
    sources: {
      clicks: days === undefined ? sampleReader(rows) : sampleDaysReader(rows, days),
      links: { page: async () => ({ links: [], next: undefined }), findMany: async () => new Map() },
      totals: {
        read: async function* () {},
        findMany: async () => new Map(),
        workspaceDays: async () =>
          sampleDays(days ?? 1).map((day) => ({
            day,
            clicks: rows / (days ?? 1),
            bots: 0,
            scans: 0,
            scanBots: 0,
          })),
      },
      shortOrigin: 'https://{domain}',
    },
    sizes,
    worker: 'bench',
    now: Date.now,
    newId: newUuid,
    sleep: (ms) => sleep(ms),
    random: Math.random,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    horizonMs: 0,
    guard: { check: async () => undefined },
  };
}

/** Accepts an export of the days that the sample clicks were made on. */
export async function acceptSample(tools: SampleTools, days = 1): Promise<ExportJob> {
  const [first, last] = [sampleDays(days)[0]!, sampleDays(days).at(-1)!];
  const spec = exportKind('analytics').schema.parse({ date_from: isoDay(first), date_to: isoDay(last) });
  const { job } = await acceptExport(
    {
      workspaceId: SAMPLE_WORKSPACE,
      plan: PLANS.enterprise,
      kind: 'analytics',
      spec: spec as Record<string, unknown>,
      requestedBy: { keyId: null, email: null },
      idempotencyKey: undefined,
      force: true,
    },
    { ...tools, now: () => SAMPLE_DAY_MS + (days + 1) * DAY_MS },
  );
  return job;
}
