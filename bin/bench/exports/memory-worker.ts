/** A worker that makes one export and tells the most memory that it took, in bytes. Arguments: rows, table, bucket. */
import { setTimeout as sleep } from 'node:timers/promises';
import { documentClient, dynamodbClient, s3Client } from '#shared/aws.ts';
import { acceptExport } from '#shared/exports/accept-export.ts';
import { s3FileStore } from '#shared/exports/file-store.s3.ts';
import type { JobMessage } from '#shared/exports/job-queue.ts';
import { dynamodbJobStore } from '#shared/exports/job-store.dynamodb.ts';
import { exportKind } from '#shared/exports/kinds.ts';
import { SIZES } from '#shared/exports/timings.ts';
import { workMessage } from '#shared/exports/work-message.ts';
import { newUuid } from '#shared/ids.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { SAMPLE_DAY_MS, SAMPLE_WORKSPACE, sampleReader } from './sample-clicks.ts';

const [rows, table, bucket] = process.argv.slice(2) as [string, string, string];
const messages: JobMessage[] = [];
const tools = {
  jobs: dynamodbJobStore(documentClient(dynamodbClient()), table),
  files: s3FileStore(s3Client(), bucket),
  queue: { send: async (message: JobMessage) => void messages.push(message) },
  sources: {
    clicks: sampleReader(Number(rows)),
    links: { page: async () => ({ links: [], next: undefined }) },
    totals: { read: async function* () {}, findMany: async () => new Map(), workspaceDays: async () => [] },
    shortOrigin: 'https://{domain}',
  },
  sizes: SIZES,
  now: Date.now,
  newId: newUuid,
  sleep: (ms: number) => sleep(ms),
  random: Math.random,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  horizonMs: 0,
  guard: { check: async () => undefined },
};

const { job } = await acceptExport(
  {
    workspaceId: SAMPLE_WORKSPACE,
    plan: PLANS.enterprise,
    kind: 'analytics',
    spec: exportKind('analytics').schema.parse({ date_from: '2026-04-01', date_to: '2026-04-01' }) as Record<
      string,
      unknown
    >,
    requestedBy: { keyId: null, email: null },
    idempotencyKey: undefined,
    force: true,
  },
  { ...tools, now: () => SAMPLE_DAY_MS + 10 * 86_400_000 },
);
const startedAt = performance.now();
for (let message = messages.shift(); message; message = messages.shift()) {
  await workMessage(message, tools, Date.now() + 120_000);
}
const ended = await tools.jobs.findJob(SAMPLE_WORKSPACE, job.jobId);
if (ended?.rows !== Number(rows)) throw new Error(`${ended?.rows} rows instead of ${rows}`);
const { maxRSS } = process.resourceUsage();
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(JSON.stringify({ bytes: maxRSS * 1024, seconds, fileBytes: ended.files[0]!.bytes }));
