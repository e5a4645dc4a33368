import type { ExportJob, JobWarning } from './job.ts';

/** All warnings of a job: of what it was asked for, and once its file is there, of that. */
export function jobWarnings({ state, warnings, files, skippedRows }: ExportJob): JobWarning[] {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return [
    ...warnings,
    ...(files.length > 0 && rows === 0 && state !== 'failed'
      ? [{ code: 'no_rows' as const, message: 'no row matched: the file has none but its header' }]
      : []),
    ...(skippedRows > 0 ? [{ code: 'rows_skipped' as const, message: skipped(skippedRows) }] : []),
  ];
}

const skipped = (rows: number): string =>
  rows === 1
    ? '1 record could not be read and is not in the file'
    : `${rows} records could not be read and are not in the file`;
