import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { documentClient } from '#shared/aws.ts';
import { runStep } from '#shared/exports/engine/run-step.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { SIZES } from '#shared/exports/jobs/timings.ts';
import { openAwsClients } from '../../local/aws-clients.ts';
import { AWS_ENVIRONMENT } from '../../local/aws-environment.ts';
import { startEmulators } from '../../local/emulators.ts';
import { createTable } from '../../local/resources/create-tables.ts';
import type { Figure } from '../bench.ts';
import { TABLE_KEYS } from '../table-keys.ts';
import { discardingFiles } from './discarding-files.ts';
import { SAMPLE_WORKSPACE } from './sample-clicks.ts';
import { acceptSample, sampleTools } from './sample-job.ts';

const ROWS = 1_200_000;
const SEGMENTS = 8;
const ROUNDS = 3;
/** One core is left to the table that all of them write to, where there are that many. */
const WORKERS = Math.max(2, Math.min(4, availableParallelism() - 1));
const WORKER = fileURLToPath(new URL('./scale-worker.ts', import.meta.url));

/** How much faster many workers make one job than one worker does. */
export async function manyWorkers(): Promise<Figure[]> {
  const emulators = await startEmulators();
  const clients = openAwsClients(emulators.endpoints);
  try {
    await createTable(clients.dynamoDb, 'jobs', TABLE_KEYS);
    const env = { ...process.env, ...AWS_ENVIRONMENT, ...emulators.endpoints };
    const jobs = dynamodbJobStore(documentClient(clients.dynamoDb), 'jobs');
    const tools = sampleTools(ROWS, {
      jobs,
      files: discardingFiles,
      sizes: { ...SIZES, segmentRows: Math.ceil(ROWS / SEGMENTS) },
    });
    const times: Record<number, number[]> = { 1: [], [WORKERS]: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const count of [1, WORKERS]) times[count]!.push(await workTogether(count, tools, env));
    }
    return [figure(Math.min(...times[1]!) / Math.min(...times[WORKERS]!))];
  } finally {
    clients.destroy();
    await emulators.stop();
  }
}

/** Milliseconds that so many workers take for one job. */
async function workTogether(
  count: number,
  tools: ReturnType<typeof sampleTools>,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { jobId } = await acceptSample(tools);
  await runStep({ workspaceId: SAMPLE_WORKSPACE, jobId, step: 'plan' }, tools, Date.now() + 100_000);
  const { segments } = (await tools.jobs.findJob(SAMPLE_WORKSPACE, jobId))!;
  const args = [String(ROWS), 'jobs', jobId, String(segments)];
  const workers = Array.from({ length: count }, () => fork(WORKER, args, { env }));
  await allSay(workers, 'ready');
  const startedAt = performance.now();
  for (const worker of workers) worker.send('go');
  await allSay(workers, 'done');
  const ms = performance.now() - startedAt;
  const job = (await tools.jobs.findJob(SAMPLE_WORKSPACE, jobId))!;
  if (job.rows !== ROWS) throw new Error(`${job.rows} rows instead of ${ROWS}`);
  await runStep({ workspaceId: SAMPLE_WORKSPACE, jobId, step: 'assemble' }, tools, Date.now() + 100_000);
  return ms;
}

const allSay = (workers: readonly ChildProcess[], word: string): Promise<unknown> =>
  Promise.all(
    workers.map(async (worker) => {
      const [said] = (await once(worker, 'message')) as [string];
      if (said !== word) throw new Error(`a worker said ${said} instead of ${word}`);
    }),
  );

const figure = (times: number): Figure => ({
  work: `one job on ${WORKERS} workers`,
  against: 'one worker',
  measured: `${times.toFixed(2)}×`,
  wanted: `≥ ${(0.85 * WORKERS).toFixed(2)}×`,
  reached: times >= 0.85 * WORKERS,
});
