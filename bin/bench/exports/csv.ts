import Papa from 'papaparse';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import { type Column, type ColumnTable, textAt } from '#shared/exports/files/columns.ts';
import { csvEncoder } from '#shared/exports/files/csv.ts';
import { ANALYTICS_COLUMNS } from '#shared/exports/kinds/analytics-columns.ts';
import type { Figure } from '../bench.ts';
import { interleaved } from './interleaved.ts';
import { sampleClicks } from './sample-clicks.ts';

const ROWS = 40_000;
const BATCH = 1_000;
const ROUNDS = 11;
const NAMES = Object.keys(ANALYTICS_COLUMNS);

/** A row as a program has it that unmarshals first. */
export const plainRow = (click: RawClick): Record<string, string> =>
  Object.fromEntries(Object.entries(ANALYTICS_COLUMNS).map(([name, { text }]) => [name, text(click)]));

type PlainColumns = ColumnTable<Record<string, string>>;

/** The export's columns over plain rows: both sides get the same objects. */
const columnsWhere = (isSafe: (column: Column<RawClick>) => boolean): PlainColumns =>
  Object.fromEntries(
    Object.entries(ANALYTICS_COLUMNS).map(([name, column]) => [
      name,
      { ...textAt(name), safe: isSafe(column) },
    ]),
  ) as PlainColumns;

/** Click rows to CSV bytes, against papaparse and against concatenation without any care. */
export async function csvRows(): Promise<Figure[]> {
  const clicks = sampleClicks(ROWS);
  const plain = clicks.map(plainRow);
  const buffer = Buffer.allocUnsafe(8 * 1024 ** 2);
  const batches = <T>(rows: readonly T[], encode: (batch: T[]) => string) => {
    for (let from = 0; from < ROWS; from += BATCH) buffer.write(encode(rows.slice(from, from + BATCH)));
  };
  const options = { columns: NAMES, header: false, escapeFormulae: true };
  const ours = csvEncoder(
    columnsWhere(({ safe }) => safe ?? false),
    NAMES,
    { profile: 'excel', delimiter: ',' },
  );
  const careless = csvEncoder(
    columnsWhere(() => true),
    NAMES,
    { profile: 'raw', delimiter: ',' },
  );
  const stored = csvEncoder(ANALYTICS_COLUMNS, NAMES, { profile: 'excel', delimiter: ',' });
  const ms = await interleaved(
    {
      ours: () => batches(plain, ours),
      papaparse: () => batches(plain, (rows) => `${Papa.unparse(rows, options)}\r\n`),
      careless: () => batches(plain, careless),
      stored: () => batches(clicks, stored),
    },
    ROUNDS,
  );
  const rates = `× (${Math.round(ROWS / ms.ours)} rows/ms; ${Math.round(ROWS / ms.stored)} from stored items)`;
  return [
    figure('papaparse.unparse, escapeFormulae', ms.papaparse / ms.ours, 2.5, rates),
    figure('concatenation without any escaping', (100 * ms.careless) / ms.ours, 65, ' %'),
  ];
}

const figure = (against: string, measured: number, wanted: number, unit: string): Figure => ({
  work: 'click rows → CSV with quoting and formula guard',
  against,
  measured: `${measured.toFixed(1)}${unit}`,
  wanted: `≥ ${wanted}${unit.startsWith('×') ? '×' : unit}`,
  reached: measured >= wanted,
});
