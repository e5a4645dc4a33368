import type { Bench } from './bench.ts';
import { csvRows } from './exports/csv.ts';
import { workerMemory } from './exports/memory.ts';
import { pagesToCsv } from './exports/pages.ts';

/** What the rows of an export cost. */
export const exportBenches: Bench[] = [
  { name: 'exports: rows to CSV', run: csvRows },
  { name: 'exports: DynamoDB pages to CSV', run: pagesToCsv },
  { name: 'exports: memory of a worker', run: workerMemory },
];
