import { releaseSteps } from '#bin/local/triggers/release-steps.ts';
import { runStep } from '#shared/exports/engine/run-step.ts';
import type { ExportJob } from '#shared/exports/jobs/job.ts';
import { claimPlan, claimSegment } from '#shared/exports/jobs/steps/claims.ts';
import { aClick } from '#test/support/clicks.ts';
import { openExports } from '#test/support/exports.ts';

const RANGE = { date_from: '2026-04-01', date_to: '2026-04-10' };

/** An accepted job whose plan a worker has claimed, and whose ring is gone with that worker's message. */
async function claimedBy(worker: string) {
  const exports = openExports({ clicks: [aClick()] });
  const { job } = await exports.accept('analytics', RANGE);
  const claimed = claimPlan(await exports.find(job), { worker, nowMs: exports.clock.ms });
  if (claimed.outcome !== 'claimed') throw new Error(claimed.outcome);
  await exports.jobs.write([claimed.record], 'claim');
  exports.queue.messages.splice(0);
  return { ...exports, job: claimed.record as ExportJob };
}

test('a step of a worker that is gone is rung for at once, and the next worker makes the file', async () => {
  const { tools, job, queue, drain, find } = await claimedBy('gone');
  expect(await releaseSteps(tools, (worker) => worker === 'gone')).toBe(1);
  expect(queue.messages).toEqual([{ workspaceId: job.workspaceId, jobId: job.jobId, step: 'plan' }]);
  await drain();
  expect(await find(job)).toMatchObject({ state: 'ready', worker: 'worker' });
});

test('a step of a worker that lives stays with it', async () => {
  const { tools, job, queue, find } = await claimedBy('alive');
  expect(await releaseSteps(tools, (worker) => worker === 'gone')).toBe(0);
  expect(queue.messages).toEqual([]);
  expect((await find(job)).leaseUntilMs).toBe(job.leaseUntilMs);
});

test('released twice, it is rung for once', async () => {
  const { tools, queue } = await claimedBy('gone');
  const both = await Promise.all([releaseSteps(tools, () => true), releaseSteps(tools, () => true)]);
  expect(both.toSorted()).toEqual([0, 1]);
  expect(queue.messages).toHaveLength(1);
});

test('a segment is released as well as a plan', async () => {
  const { tools, clock, jobs, queue, drain, find, accept } = openExports({ clicks: [aClick()] });
  const { job } = await accept('analytics', RANGE);
  await runStep(queue.messages.shift()!, tools, clock.ms + 60_000);
  const [plan, segment] = [await find(job), await jobs.findSegment(job.jobId, 0)];
  const claimed = claimSegment(plan, segment!, { worker: 'gone', nowMs: clock.ms });
  if (claimed.outcome !== 'claimed') throw new Error(claimed.outcome);
  await jobs.write([claimed.record], 'claim');
  queue.messages.splice(0);
  expect(await releaseSteps(tools, (worker) => worker === 'gone')).toBe(1);
  await drain();
  expect((await find(job)).state).toBe('ready');
});
