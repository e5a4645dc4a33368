/**
 * An export worker in a process of its own, to be killed: real tables, bucket and queue, clicks out of memory.
 * Arguments: names of table and bucket, queue URL, the message, milliseconds for each run of clicks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { documentClient, dynamodbClient, s3Client, sqsClient } from '#shared/aws.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import type { ClickReader } from '#shared/clicks/click-reader.ts';
import type { WorkerTools } from '#shared/exports/export-tools.ts';
import { s3FileStore } from '#shared/exports/file-store.s3.ts';
import { sqsJobQueue } from '#shared/exports/job-queue.sqs.ts';
import { dynamodbJobStore } from '#shared/exports/job-store.dynamodb.ts';
import { SIZES } from '#shared/exports/timings.ts';
import { parseJobMessage, workMessage } from '#shared/exports/work-message.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from './clicks.ts';
import { linksOf, totalsOf, WORKSPACE } from './exports.ts';

export const CLICKS = 60_000;
const RUN = 1_000;
const FIRST_MS = Date.UTC(2026, 3, 1);

/** The click id of the nth click: a millisecond each, so that ids can be made and found again without a list. */
const idOf = (n: number): string => {
  let text = '';
  for (let left = FIRST_MS + n; text.length < 10; left = Math.floor(left / 32))
    text = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[left % 32] + text;
  return text + '0'.repeat(16);
};

/** Clicks that are the same in every process. @param runMs  what each run takes */
export function numberedClicks(runMs: number): Pick<ClickReader, 'read'> {
  const template = aClick({ workspaceId: WORKSPACE, urlId: '0196f000-0000-7000-8000-000000000000' });
  return {
    async *read({ after = '' }) {
      let n = 0;
      while (n < CLICKS && idOf(n) <= after) n += 1;
      for (; n < CLICKS; n += RUN) {
        await sleep(runMs);
        yield Array.from({ length: Math.min(RUN, CLICKS - n) }, (_, at) =>
          clickItem(
            { ...template, clickId: idOf(n + at), shortCode: `slug-${n + at}` },
            FIRST_MS,
            false,
            4e9,
          ),
        );
      }
    },
  };
}

export type Place = { table: string; bucket: string; queueUrl: string };

/** The worker's tools. @param aheadMs  how far the clock is ahead */
export const workerTools = ({ table, bucket, queueUrl }: Place, runMs: number, aheadMs = 0): WorkerTools => ({
  jobs: dynamodbJobStore(documentClient(dynamodbClient()), table),
  files: s3FileStore(s3Client(), bucket, console),
  queue: sqsJobQueue(sqsClient(), queueUrl),
  sources: {
    clicks: numberedClicks(runMs),
    links: linksOf([]),
    totals: totalsOf([]),
    shortOrigin: 'https://{domain}',
  },
  sizes: SIZES,
  worker: `process ${process.pid}`,
  now: () => Date.now() + aheadMs,
  newId: newUuid,
  sleep: (ms) => sleep(ms),
  random: Math.random,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [table, bucket, queueUrl, message, runMs] = process.argv.slice(2) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const tools = workerTools({ table, bucket, queueUrl }, Number(runMs));
  await workMessage(parseJobMessage(message), tools, Date.now() + 120_000);
}
