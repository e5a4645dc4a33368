import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { openAwsClients } from '../../local/aws-clients.ts';
import { AWS_ENVIRONMENT } from '../../local/aws-environment.ts';
import { startEmulators } from '../../local/emulators.ts';
import { createTable } from '../../local/resources/create-tables.ts';
import type { Figure } from '../bench.ts';
import { JOBS_KEYS } from './jobs-table.ts';

/** Enough for both sizes to have many parts: below that the heap just has not grown yet. */
const FEW = 120_000;
const TIMES = 10;
const WORKER = fileURLToPath(new URL('./memory-worker.ts', import.meta.url));

/** Garbage lies about while a machine has room for it; within a bound shows what is needed. */
const HEAP_MB = 128;

type Run = { bytes: number; fileBytes: number };

/** The most memory that a worker takes for an export, and for one of ten times the rows. */
export async function workerMemory(): Promise<Figure[]> {
  const emulators = await startEmulators();
  const clients = openAwsClients(emulators.endpoints);
  try {
    await createTable(clients.dynamoDb, 'jobs', JOBS_KEYS);
    await clients.s3.send(new CreateBucketCommand({ Bucket: 'exports-bench' }));
    const env = { ...process.env, ...AWS_ENVIRONMENT, ...emulators.endpoints };
    const few = await exportOf(FEW, env);
    const many = await exportOf(FEW * TIMES, env);
    return figures(few, many);
  } finally {
    clients.destroy();
    await emulators.stop();
  }
}

async function exportOf(rows: number, env: NodeJS.ProcessEnv): Promise<Run> {
  const args = [
    `--max-old-space-size=${HEAP_MB}`,
    '--max-semi-space-size=8',
    WORKER,
    String(rows),
    'jobs',
    'exports-bench',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as Run;
}

function figures(few: Run, many: Run): Figure[] {
  const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const growth = (100 * many.bytes) / few.bytes - 100;
  const work = 'memory of a worker';
  return [
    {
      work,
      against: `itself, ${TIMES}× the rows (${mb(few.fileBytes)} and ${mb(many.fileBytes)} of file)`,
      measured: `${growth >= 0 ? '+' : ''}${growth.toFixed(1)} %`,
      wanted: '≤ +10 %',
      reached: growth <= 10,
    },
    { work, against: '–', measured: mb(many.bytes), wanted: '≤ 300 MB', reached: many.bytes <= 300e6 },
  ];
}
