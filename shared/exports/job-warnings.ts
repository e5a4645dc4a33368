import type { ExportJob } from './job.ts';

/** What a person would want to know of a job that fails at nothing. */
export type JobWarning = { code: 'no_rows' | 'unknown_names' | 'rows_skipped'; message: string };

/** All warnings of a job: of what it was asked for, and once its file is there, of that. */
export function jobWarnings({ warnings = [], files, skippedRows }: ExportJob): JobWarning[] {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return [
    ...warnings,
    ...(files.length > 0 && rows === 0
      ? [{ code: 'no_rows' as const, message: 'no row matched: the file has none but its header' }]
      : []),
    ...(skippedRows > 0 ? [{ code: 'rows_skipped' as const, message: skipped(skippedRows) }] : []),
  ];
}

const skipped = (rows: number): string =>
  rows === 1
    ? '1 record could not be read and is not in the file'
    : `${rows} records could not be read and are not in the file`;
