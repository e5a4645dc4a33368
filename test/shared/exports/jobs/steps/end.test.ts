import type { ExportJob } from '#shared/exports/jobs/job.ts';
import { noSlots } from '#shared/exports/jobs/steps/admission.ts';
import { failStalled } from '#shared/exports/jobs/steps/end.ts';
import { LOST } from '#shared/exports/jobs/steps/step.ts';
import { MAX_CLAIMS } from '#shared/exports/jobs/timings.ts';
import { openExports, WORKSPACE } from '#test/support/exports.ts';

const FAILURE = { code: 'internal_error', message: 'It got nowhere.', hint: null };

/** A job whose plan was claimed as often as it may be. */
async function claimedTooOften(leaseUntilMs: number): Promise<ExportJob> {
  const { accept } = openExports();
  const { job } = await accept('analytics', { date_from: '2026-04-01', date_to: '2026-04-10' });
  return { ...job, state: 'processing', stage: 'plan', claims: MAX_CLAIMS, leaseUntilMs };
}

const fail = (job: ExportJob, nowMs: number) =>
  failStalled(job, job, FAILURE, { slots: noSlots(WORKSPACE), waiters: [] }, nowMs);

test('a step that was claimed too often fails its job once the last lease is over', async () => {
  const step = fail(await claimedTooOften(1_000), 1_000);
  expect(step).toMatchObject({ records: [{ state: 'failed', failure: FAILURE }, { record: 'slots' }] });
});

test('while somebody is at work on it, it fails nothing', async () => {
  expect(fail(await claimedTooOften(1_001), 1_000)).toBe(LOST);
});
