import { type ExportJob, UNTOUCHED } from '#shared/exports/jobs/job.ts';
import { jobPage } from '#shared/exports/jobs/job-page.ts';
import { memoryJobStore } from '#test/support/memory/job-store.ts';

const WORKSPACE = 'w1';
const jobIdOf = (n: number): string => `job-${String(n).padStart(5, '0')}`;

/** 1,500 jobs, of which every 500th has failed. */
async function openJobs() {
  const jobs = memoryJobStore();
  for (let n = 0; n < 1_500; n += 1) {
    const job = {
      ...UNTOUCHED,
      jobId: jobIdOf(n),
      workspaceId: WORKSPACE,
      kind: 'link_catalog',
      state: n % 500 === 0 ? 'failed' : 'ready',
    } as unknown as ExportJob;
    await jobs.write([job], `token-${n}`);
  }
  return jobs;
}

test('rare jobs are found page by page, each once, however many lie between them', async () => {
  const jobs = await openJobs();
  const found: string[] = [];
  let before: string | undefined;
  let pages = 0;
  do {
    const page = await jobPage(
      { workspaceId: WORKSPACE, before, limit: 2, states: ['failed'], kinds: undefined, nowMs: 0 },
      jobs,
    );
    found.push(...page.jobs.map(({ jobId }) => jobId));
    before = page.next;
    pages += 1;
  } while (before !== undefined);
  expect(found).toEqual([1_000, 500, 0].map(jobIdOf));
  expect(pages).toBeLessThan(5);
});
