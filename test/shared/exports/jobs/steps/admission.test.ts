import { type ExportJob, type SlotEntry, type Slots, UNTOUCHED } from '#shared/exports/jobs/job.ts';
import { accept, noSlots } from '#shared/exports/jobs/steps/admission.ts';
import { cancel } from '#shared/exports/jobs/steps/end.ts';
import type { Step } from '#shared/exports/jobs/steps/step.ts';

const NOW_MS = 1_000;

const aJob = (jobId: string): ExportJob => ({
  ...UNTOUCHED,
  jobId,
  workspaceId: 'w',
  kind: 'analytics',
  spec: {},
  specHash: jobId,
  idRuns: 0,
  requestedBy: { keyId: null, email: null },
  snapshotMs: 0,
  createdAtMs: 0,
});

const entry = (jobId: string): SlotEntry => ({ jobId, specHash: jobId });
const slotsOf = (runningCap: number, running: string[], waiting: string[]): Slots => ({
  ...noSlots('w'),
  runningCap,
  running: running.map(entry),
  waiting: waiting.map(entry),
});

/** Who runs and who waits after a step, and for whom it rings. */
function placesIn({ records, rings }: Step) {
  const slots = records.find((record) => record.record === 'slots')!;
  const jobs = records.filter((record) => record.record === 'job');
  return {
    running: slots.running.map(({ jobId }) => jobId),
    waiting: slots.waiting.map(({ jobId }) => jobId),
    admitted: jobs.filter(({ admitted }) => admitted).map(({ jobId }) => jobId),
    rung: rings.map(({ jobId }) => jobId),
  };
}

const begin = (slots: Slots, caps: { running: number; waiting: number }) =>
  accept(aJob('new'), slots, caps, {
    force: false,
    waiters: slots.waiting.map(({ jobId }) => aJob(jobId)),
    nowMs: NOW_MS,
  });

describe('places', () => {
  test('when a job ends and there is room for several, all of them go to the oldest waiters', () => {
    const slots = slotsOf(3, ['a'], ['b', 'c', 'd', 'e']);
    const waiters = ['b', 'c', 'd', 'e'].map(aJob);
    const step = cancel({ ...aJob('a'), admitted: false }, { slots, waiters }, NOW_MS);
    expect(placesIn(step as Step)).toEqual({
      running: ['b', 'c', 'd'],
      waiting: ['e'],
      admitted: ['b', 'c', 'd'],
      rung: ['b', 'c', 'd'],
    });
  });

  test('a larger plan gives its places to those that wait, then to the new job', () => {
    const accepted = begin(slotsOf(1, ['a'], ['b', 'c']), { running: 4, waiting: 5 });
    expect(placesIn(accepted as Step)).toEqual({
      running: ['a', 'b', 'c', 'new'],
      waiting: [],
      admitted: ['b', 'c', 'new'],
      rung: ['b', 'c', 'new'],
    });
  });

  test('a waiter whose job is not at hand keeps its turn', () => {
    const slots = slotsOf(2, ['a'], ['b', 'c']);
    const step = cancel(aJob('a'), { slots, waiters: [aJob('c')] }, NOW_MS);
    expect(placesIn(step as Step)).toMatchObject({ running: [], waiting: ['b', 'c'], rung: [] });
  });

  test('a waiter that is canceled takes no place and gives none', () => {
    const slots = slotsOf(1, ['a'], ['b', 'c']);
    const step = cancel(aJob('b'), { slots, waiters: [aJob('b'), aJob('c')] }, NOW_MS);
    expect(placesIn(step as Step)).toMatchObject({ running: ['a'], waiting: ['c'], rung: [] });
  });

  test.each([
    ['no room, nor a place to wait', slotsOf(1, ['a'], ['b']), { running: 1, waiting: 1 }, 'full'],
    ['no room, a place to wait', slotsOf(1, ['a'], ['b']), { running: 1, waiting: 2 }, 'accepted'],
    [
      'waiters that fill every place, and room for one',
      slotsOf(1, ['a'], ['b']),
      { running: 2, waiting: 1 },
      'accepted',
    ],
  ])('with %s a new job is answered', (_what, slots, caps, outcome) => {
    expect(begin(slots, caps).outcome).toBe(outcome);
  });
});
