import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { openAwsClients } from '../../local/aws-clients.ts';
import { AWS_ENVIRONMENT } from '../../local/aws-environment.ts';
import { startEmulators } from '../../local/emulators.ts';
import { createTable } from '../../local/resources/create-tables.ts';
import type { Figure } from '../bench.ts';
import { TABLE_KEYS } from '../table-keys.ts';

/** Enough for both sizes to have many parts: below that the heap just has not grown yet. */
const FEW = 120_000;
const TIMES = 10;

/** Ten times as many are about the 18 months that are kept at most. A day has as many rows either way. */
const FEW_DAYS = 54;
const ROWS_OF_DAY = 2_000;
const WORKER = fileURLToPath(new URL('./memory-worker.ts', import.meta.url));

/** Garbage lies about while a machine has room for it; within a bound shows what is needed. */
const HEAP_MB = 128;

type Size = { rows: number; days: number };
type Run = { bytes: number; fileBytes: number };

/** The most memory that a worker takes for an export, for one of ten times the rows, and one of ten times the days. */
export async function workerMemory(): Promise<Figure[]> {
  const emulators = await startEmulators();
  const clients = openAwsClients(emulators.endpoints);
  try {
    await createTable(clients.dynamoDb, 'jobs', TABLE_KEYS);
    await clients.s3.send(new CreateBucketCommand({ Bucket: 'exports-bench' }));
    const env = { ...process.env, ...AWS_ENVIRONMENT, ...emulators.endpoints };
    const few = await exportOf({ rows: FEW, days: 1 }, env);
    const many = await exportOf({ rows: FEW * TIMES, days: 1 }, env);
    const fewDays = await exportOfDays(FEW_DAYS, env);
    const manyDays = await exportOfDays(FEW_DAYS * TIMES, env);
    return [
      growth(
        `itself, ${TIMES}× the rows (${mb(few.fileBytes)} and ${mb(many.fileBytes)} of file)`,
        few,
        many,
      ),
      growth(
        `itself, ${TIMES}× the days (${mb(fewDays.bytes)} for ${FEW_DAYS}, ${mb(manyDays.bytes)} for ${FEW_DAYS * TIMES})`,
        fewDays,
        manyDays,
      ),
      most(Math.max(many.bytes, manyDays.bytes)),
    ];
  } finally {
    clients.destroy();
    await emulators.stop();
  }
}

async function exportOf({ rows, days }: Size, env: NodeJS.ProcessEnv): Promise<Run> {
  const args = [
    `--max-old-space-size=${HEAP_MB}`,
    '--max-semi-space-size=8',
    WORKER,
    String(rows),
    String(days),
    'jobs',
    'exports-bench',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as Run;
}

const exportOfDays = (days: number, env: NodeJS.ProcessEnv): Promise<Run> =>
  exportOf({ rows: days * ROWS_OF_DAY, days }, env);

const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const WORK = 'memory of a worker';

function growth(against: string, less: Run, more: Run): Figure {
  const percent = (100 * more.bytes) / less.bytes - 100;
  return {
    work: WORK,
    against,
    measured: `${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`,
    wanted: '≤ +10 %',
    reached: percent <= 10,
  };
}

const most = (bytes: number): Figure => ({
  work: WORK,
  against: '–',
  measured: mb(bytes),
  wanted: '≤ 300 MB',
  reached: bytes <= 300e6,
});
