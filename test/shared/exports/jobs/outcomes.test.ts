import { type ExportFile, type ExportJob, type JobState, UNTOUCHED } from '#shared/exports/jobs/job.ts';
import { fileGiven, filesExpired, filesListed, keepsFiles } from '#shared/exports/jobs/outcomes.ts';

const file = (name: string) => ({ name }) as ExportFile;
const jobOf = (state: JobState, members: Partial<ExportJob> = {}) =>
  ({ ...UNTOUCHED, state, files: [file('a'), file('b')], expiresAtMs: 100, ...members }) as ExportJob;

test.each<[JobState, string[], string | undefined, string | undefined, boolean]>([
  ['queued', [], undefined, undefined, false],
  ['processing', [], undefined, undefined, false],
  ['ready', ['a', 'b'], 'a', 'b', true],
  ['failed', ['a', 'b'], undefined, 'b', true],
  ['canceled', [], undefined, undefined, false],
  ['expired', ['a', 'b'], undefined, undefined, false],
])(
  'a job that is %s lists %j, gives %s unasked and %s asked for b',
  (state, listed, unasked, asked, keeps) => {
    const job = jobOf(state);
    expect(filesListed(job).map(({ name }) => name)).toEqual(listed);
    expect(fileGiven(job, undefined, 99)?.name).toBe(unasked);
    expect(fileGiven(job, 'b', 99)?.name).toBe(asked);
    expect(fileGiven(job, 'c', 99)).toBeUndefined();
    expect(keepsFiles(job)).toBe(keeps);
  },
);

test.each<JobState>(['ready', 'failed'])(
  'of a job that is %s nothing is given once its time is over',
  (state) => {
    expect(fileGiven(jobOf(state), 'b', 100)).toBeUndefined();
    expect(filesExpired(jobOf(state), 99)).toBe(false);
    expect(filesExpired(jobOf(state), 100)).toBe(true);
  },
);

test('a job without files keeps none', () => {
  expect(keepsFiles(jobOf('failed', { files: [], expiresAtMs: null }))).toBe(false);
  expect(filesExpired(jobOf('failed', { files: [], expiresAtMs: null }), 1e15)).toBe(false);
});
