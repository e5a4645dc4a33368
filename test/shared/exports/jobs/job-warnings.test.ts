import { type ExportFile, type ExportJob, UNTOUCHED } from '#shared/exports/jobs/job.ts';
import { jobWarnings } from '#shared/exports/jobs/job-warnings.ts';

const job = (members: Partial<ExportJob>): ExportJob => ({ ...UNTOUCHED, ...members }) as ExportJob;
const file = (rows: number) => ({ rows }) as ExportFile;

test.each<[string, Partial<ExportJob>, string[]]>([
  ['a job without a file', {}, []],
  ['a file with rows', { files: [file(1)] }, []],
  ['a file without rows', { files: [file(0)] }, ['no row matched: the file has none but its header']],
  [
    'a skipped record',
    { files: [file(1)], skippedRows: 1 },
    ['1 record could not be read and is not in the file'],
  ],
  [
    'skipped records',
    { files: [file(1)], skippedRows: 12 },
    ['12 records could not be read and are not in the file'],
  ],
])('of %s', (_, members, messages) => {
  expect(jobWarnings(job(members)).map(({ message }) => message)).toEqual(messages);
});
