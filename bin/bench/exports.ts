import type { Bench } from './bench.ts';
import { csvRows } from './exports/csv.ts';
import { workerMemory } from './exports/memory.ts';
import { pagesToCsv } from './exports/pages.ts';
import { manyWorkers } from './exports/scale.ts';

/** What the rows of an export cost. */
export const exportBenches: Bench[] = [
  { name: 'exports: rows to CSV', run: csvRows },
  { name: 'exports: DynamoDB pages to CSV', run: pagesToCsv },
  { name: 'exports: one job on many workers', run: manyWorkers },
  { name: 'exports: memory of a worker', run: workerMemory },
];
