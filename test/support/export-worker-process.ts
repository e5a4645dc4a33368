/**
 * An export worker in a process of its own, to be killed: real tables, bucket and queue, clicks out of memory.
 * Argument: WorkerArguments as JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { documentClient, dynamodbClient, s3Client, sqsClient } from '#shared/aws.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import type { ClickReader } from '#shared/clicks/read/click-reader.ts';
import type { WorkerTools } from '#shared/exports/engine/export-tools.ts';
import { workMessage } from '#shared/exports/engine/work-message.ts';
import { s3FileStore } from '#shared/exports/files/file-store.s3.ts';
import { sqsJobQueue } from '#shared/exports/jobs/job-queue.sqs.ts';
import type { JobMessage } from '#shared/exports/jobs/job-queue.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { SIZES } from '#shared/exports/jobs/timings.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from './clicks.ts';
import { linksOf, totalsOf, WORKSPACE } from './exports.ts';
import { toyFormat, toyKind } from './toy-exports.ts';

const DAYS = 3;
const DAY_CLICKS = 20_000;
export const CLICKS = DAYS * DAY_CLICKS;
const RUN = 1_000;
const FIRST_MS = Date.UTC(2026, 3, 1);
const DAY_MS = 86_400_000;

/** When the nth click was made: a millisecond each, so that ids can be made and found again without a list. */
const msOf = (n: number): number => FIRST_MS + Math.floor(n / DAY_CLICKS) * DAY_MS + (n % DAY_CLICKS);

const idOf = (n: number): string => {
  let text = '';
  for (let left = msOf(n); text.length < 10; left = Math.floor(left / 32))
    text = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[left % 32] + text;
  return text + '0'.repeat(16);
};

/** Clicks that are the same in every process. @param runMs  what each run takes */
export function numberedClicks(runMs: number): Pick<ClickReader, 'read'> {
  const template = aClick({ workspaceId: WORKSPACE, urlId: '0196f000-0000-7000-8000-000000000000' });
  return {
    async *read({ after = '', fromMs, toMs }) {
      let n = 0;
      while (n < CLICKS && (idOf(n) <= after || msOf(n) < fromMs)) n += 1;
      while (n < CLICKS && msOf(n) <= toMs) {
        await sleep(runMs);
        const run = [];
        for (; run.length < RUN && n < CLICKS && msOf(n) <= toMs; n += 1) {
          run.push(
            clickItem({ ...template, clickId: idOf(n), shortCode: `slug-${n}` }, FIRST_MS, false, 4e9),
          );
        }
        yield run;
      }
    },
  };
}

const DAY_COUNTS = Array.from({ length: DAYS }, (_, at) => ({
  day: dayOf(FIRST_MS + at * DAY_MS),
  clicks: DAY_CLICKS,
  bots: 0,
  scans: 0,
  scanBots: 0,
}));

/** Where a worker works, and how: the time that each run of clicks takes, and how far its clock is ahead. */
export type Place = { table: string; bucket: string; queueUrl: string };
export type Pace = { runMs?: number; aheadMs?: number; segmentRows?: number };
export type WorkerArguments = Place & Pace & { message: JobMessage };

export const workerTools = (
  { table, bucket, queueUrl }: Place,
  { runMs = 0, aheadMs = 0, segmentRows = SIZES.segmentRows }: Pace = {},
): WorkerTools => ({
  kinds: toyKind,
  formats: toyFormat,
  jobs: dynamodbJobStore(documentClient(dynamodbClient()), table),
  files: s3FileStore(s3Client(), bucket, console),
  queue: sqsJobQueue(sqsClient(), queueUrl),
  sources: {
    clicks: numberedClicks(runMs),
    links: linksOf([]),
    totals: { ...totalsOf([]), workspaceDays: async () => DAY_COUNTS },
    shortOrigin: 'https://{domain}',
  },
  sizes: { ...SIZES, segmentRows },
  worker: `process ${process.pid}`,
  now: () => Date.now() + aheadMs,
  newId: newUuid,
  sleep: (ms) => sleep(ms),
  random: Math.random,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { message, ...where } = JSON.parse(process.argv[2]!) as WorkerArguments;
  const tools = workerTools(where, where);
  await workMessage(message, tools, tools.now() + 120_000);
}
