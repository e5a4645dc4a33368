import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { acceptExport } from '#shared/exports/engine/accept-export.ts';
import { sweepExports } from '#shared/exports/engine/sweep-exports.ts';
import { workMessage } from '#shared/exports/engine/work-message.ts';
import { type ExportJob, hasEnded } from '#shared/exports/jobs/job.ts';
import type { JobMessage } from '#shared/exports/jobs/job-queue.ts';
import { CLEAN_AFTER_MS, LEASE_MS } from '#shared/exports/jobs/timings.ts';
import { exportKind } from '#shared/exports/kinds/kinds.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { openSqs } from '#test/support/aws-clients.ts';
import {
  CLICKS,
  type Pace,
  type Place,
  type WorkerArguments,
  workerTools,
} from '#test/support/export-worker-process.ts';
import { WORKSPACE } from '#test/support/exports.ts';
import { openBucket, openQueue, openTables } from '#test/support/resources.ts';
import { seededRandom } from '#test/support/simulation.ts';

const PROGRAM = fileURLToPath(new URL('../../../support/export-worker-process.ts', import.meta.url));
const SLOW_RUN_MS = 15;

/** Rows as text, and as bytes with an index that each segment leaves behind and an end that is written from it. */
const KINDS = ['analytics', 'ledger'] as const;
type Kind = (typeof KINDS)[number];

const openPlace = async (): Promise<Place> => ({
  table: (await openTables()).jobs,
  bucket: await openBucket(),
  queueUrl: await openQueue(),
});

/** Always at the same instant, so that every job has the same snapshot. */
async function accept(
  place: Place,
  kind: Kind = 'analytics',
  queue?: { send(message: JobMessage): Promise<void> },
): Promise<ExportJob> {
  const tools = { ...workerTools(place), horizonMs: 6_000, guard: { check: async () => undefined } };
  const { job } = await acceptExport(
    {
      workspaceId: WORKSPACE,
      plan: PLANS.enterprise,
      kind,
      spec: exportKind('analytics').schema.parse({
        date_from: '2026-04-01',
        date_to: '2026-04-03',
      }) as object as Record<string, unknown>,
      requestedBy: { keyId: null, email: null },
      idempotencyKey: undefined,
      force: true,
    },
    { ...tools, now: () => Date.UTC(2026, 3, 20), ...(queue && { queue }) },
  );
  return job;
}

const startWorker = (options: WorkerArguments): ChildProcess =>
  spawn(process.execPath, [PROGRAM, JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit'] });

/** Waits until the worker has recorded so many parts, or more. */
async function untilParts(
  { jobs }: ReturnType<typeof workerTools>,
  jobId: string,
  wanted: number,
): Promise<void> {
  for (let parts = 0; parts < wanted; await sleep(20)) {
    parts = (await jobs.findSegment(jobId, 0))?.upload?.parts.length ?? 0;
  }
}

async function kill(worker: ChildProcess): Promise<void> {
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

test('a worker that is killed in mid-export costs neither a row nor one row twice', async () => {
  const place = await openPlace();
  const { jobId } = await accept(place);
  const tools = workerTools(place);
  const plan: JobMessage = { workspaceId: WORKSPACE, jobId, step: 'plan' };
  const worker = startWorker({ ...place, message: plan, runMs: SLOW_RUN_MS });
  await untilParts(tools, jobId, 1);
  await kill(worker);
  const left = (await tools.jobs.findSegment(jobId, 0))!;
  expect(left).toMatchObject({ state: 'open', fence: 1, exhausted: false });

  // What a minute and a half later would be: the lease has ended and the sweeper rings.
  const rung: JobMessage[] = [];
  const queue = { send: async (message: JobMessage) => void rung.push(message) };
  const later = { ...workerTools(place, { aheadMs: LEASE_MS + 1_000 }), queue };
  await sweepExports(later, later.now() + 10_000);
  expect(rung).toEqual([{ ...plan, step: 'segment', segment: 0 }]);
  await workMessage(rung[0]!, later, later.now() + 120_000);

  const job = (await later.jobs.findJob(WORKSPACE, jobId))!;
  const [file] = job.files;
  expect(job).toMatchObject({ state: 'ready', rows: CLICKS });
  const bytes = await later.files.read(file!.key);
  expect(file).toMatchObject({ bytes: bytes.length, crc32: crc32(bytes), sha256: null });
  const codes = bytes
    .toString()
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[2]);
  expect(codes.length).toBe(CLICKS);
  expect(codes.every((code, n) => code === `slug-${n}`)).toBe(true);

  const muchLater = workerTools(place, { aheadMs: LEASE_MS + CLEAN_AFTER_MS + 60_000 });
  await sweepExports(muchLater, muchLater.now() + 10_000);
  const { keys, uploads } = await muchLater.files.list('');
  expect({ keys, uploads }).toEqual({ keys: [file!.key], uploads: [] });
}, 60_000);

describe('ten exports of three segments each, their workers killed at random', () => {
  const EXPORTS = 10;
  const PACE: Pace = { segmentRows: CLICKS / 3, runMs: 5 };
  const AT_ONCE = 3;
  const MOST_KILLS = 25;
  /** All of it must have ended by then. */
  const DEADLINE_MS = 240_000;
  /** `KILLS_SEED=…` kills at the same moments again, as far as the machine allows. */
  const seed = Number(process.env.KILLS_SEED ?? Date.now() % 1e6);

  test(
    `give ten files like those of workers that nobody disturbs (KILLS_SEED=${seed})`,
    async () => {
      const place = await openPlace();
      const expected = {
        analytics: await undisturbed(place, 'analytics'),
        ledger: await undisturbed(place, 'ledger'),
      };
      const jobs = [];
      for (let n = 0; n < EXPORTS; n += 1) jobs.push(await accept(place, KINDS[n % KINDS.length]));
      const sqs = openSqs();
      const kills = await workOff(place, sqs, jobs).finally(() => sqs.destroy());
      expect(kills).toBeGreaterThan(EXPORTS);

      const tools = workerTools(place);
      for (const { jobId, kind } of jobs) {
        const wanted = expected[kind as Kind];
        const { state, files, rows } = (await tools.jobs.findJob(WORKSPACE, jobId))!;
        expect({ jobId, state, rows }).toEqual({ jobId, state: 'ready', rows: CLICKS });
        expect(files[0]!.crc32).toBe(crc32(wanted));
        expect((await tools.files.read(files[0]!.key)).equals(wanted)).toBe(true);
      }
    },
    DEADLINE_MS + 30_000,
  );

  /** The file of one worker that does everything in one go. */
  async function undisturbed(place: Place, kind: Kind): Promise<Buffer> {
    const messages: JobMessage[] = [];
    const queue = { send: async (message: JobMessage) => void messages.push(message) };
    const { jobId } = await accept(place, kind, queue);
    const tools = { ...workerTools(place, { ...PACE, runMs: 0 }), queue };
    for (let message = messages.shift(); message; message = messages.shift()) {
      await workMessage(message, tools, tools.now() + 120_000);
    }
    const job = (await tools.jobs.findJob(WORKSPACE, jobId))!;
    expect(job).toMatchObject({ state: 'ready', segments: 3 });
    return tools.files.read(job.files[0]!.key);
  }

  /** Rounds of workers and a sweep, each a lease later than the one before. @returns how many workers were killed */
  async function workOff(place: Place, sqs: SQSClient, jobs: readonly ExportJob[]): Promise<number> {
    const random = seededRandom(seed);
    const untilMs = Date.now() + DEADLINE_MS;
    let kills = 0;
    for (let round = 0; ; round += 1) {
      const pace = { ...PACE, aheadMs: round * (LEASE_MS + 1_000) };
      const tools = workerTools(place, pace);
      await sweepExports(tools, tools.now() + 10_000);
      const found = await Promise.all(jobs.map(({ jobId }) => tools.jobs.findJob(WORKSPACE, jobId)));
      if (found.every((job) => hasEnded(job!))) return kills;
      if (Date.now() > untilMs) throw new Error(`not done in time, after ${kills} kills and ${round} rounds`);
      const messages = (await receive(sqs, place)).values();
      const work = async () => {
        for (const message of messages) {
          const worker = startWorker({ ...place, ...pace, message });
          const ended = once(worker, 'exit');
          const killed = kills < MOST_KILLS && random() < 0.6;
          // From before anything is loaded to after the last part.
          if (killed) await Promise.race([ended, sleep(300 + random() * 1_500, undefined, { ref: false })]);
          if (killed && worker.exitCode === null && worker.kill('SIGKILL')) kills += 1;
          await ended;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    }
  }

  /** What has been rung for; whoever loses a message is rung for again by the sweep. */
  async function receive(sqs: SQSClient, { queueUrl }: Place): Promise<JobMessage[]> {
    const messages: JobMessage[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return messages;
      for (const { Body, ReceiptHandle } of Messages) {
        messages.push(JSON.parse(Body!) as JobMessage);
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      }
    }
  }
});
