import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { acceptExport } from '#shared/exports/accept-export.ts';
import type { ExportJob } from '#shared/exports/job.ts';
import type { JobMessage } from '#shared/exports/job-queue.ts';
import { exportKind } from '#shared/exports/kinds.ts';
import { sweepExports } from '#shared/exports/sweep-exports.ts';
import { CLEAN_AFTER_MS, LEASE_MS } from '#shared/exports/timings.ts';
import { workMessage } from '#shared/exports/work-message.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { CLICKS, type Place, workerTools } from '#test/support/export-worker-process.ts';
import { WORKSPACE } from '#test/support/exports.ts';
import { openBucket, openQueue, openTables } from '#test/support/resources.ts';

const PROGRAM = fileURLToPath(new URL('../../support/export-worker-process.ts', import.meta.url));
const SLOW_RUN_MS = 15;

async function accept(place: Place): Promise<ExportJob> {
  const tools = { ...workerTools(place, 0), horizonMs: 6_000, guard: { check: async () => undefined } };
  const { job } = await acceptExport(
    {
      workspaceId: WORKSPACE,
      plan: PLANS.enterprise,
      kind: 'analytics',
      spec: exportKind('analytics').schema.parse({
        date_from: '2026-04-01',
        date_to: '2026-04-02',
      }) as object as Record<string, unknown>,
      requestedBy: { keyId: null, email: null },
      idempotencyKey: undefined,
      force: false,
    },
    { ...tools, now: () => Date.UTC(2026, 3, 20) },
  );
  return job;
}

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
  const place = { table: (await openTables()).jobs, bucket: await openBucket(), queueUrl: await openQueue() };
  const { jobId } = await accept(place);
  const tools = workerTools(place, SLOW_RUN_MS);
  const plan: JobMessage = { workspaceId: WORKSPACE, jobId, step: 'plan' };
  const args = [place.table, place.bucket, place.queueUrl, JSON.stringify(plan), String(SLOW_RUN_MS)];
  const worker = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  await untilParts(tools, jobId, 1);
  await kill(worker);
  const left = (await tools.jobs.findSegment(jobId, 0))!;
  expect(left).toMatchObject({ state: 'open', fence: 1, exhausted: false });

  // What a minute and a half later would be: the lease has ended and the sweeper rings.
  const rung: JobMessage[] = [];
  const queue = { send: async (message: JobMessage) => void rung.push(message) };
  const later = { ...workerTools(place, 0, LEASE_MS + 1_000), queue };
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

  const muchLater = workerTools(place, 0, LEASE_MS + CLEAN_AFTER_MS + 60_000);
  await sweepExports(muchLater, muchLater.now() + 10_000);
  const { keys, uploads } = await muchLater.files.list('');
  expect({ keys, uploads }).toEqual({ keys: [file!.key], uploads: [] });
}, 60_000);
