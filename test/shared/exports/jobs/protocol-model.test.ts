import { LOST } from '#shared/exports/jobs/steps/step.ts';
import { explore, REAL, type Transitions } from './protocol-model.ts';

/** The real transitions with some of them broken. */
const mutant = (broken: Partial<Transitions>): Transitions => ({ ...REAL, ...broken });

describe('the export protocol, in every order of events', () => {
  test('is safe, and every job that was accepted can still end', () => {
    const { states, ends, broken, stuck } = explore({ faults: 2 });
    expect({ broken, stuck }).toEqual({ broken: undefined, stuck: undefined });
    expect(states).toBeGreaterThan(10_000);
    expect(Object.keys(ends).toSorted()).toEqual(['canceled', 'ready']);
  }, 60_000);

  test('without the sweeper, leaves jobs that can never end', () => {
    expect(explore({ faults: 1, sweeper: false }).stuck).toBeDefined();
  });

  test('without the fence on a checkpoint, publishes a wrong file', () => {
    const checkpoint: Transitions['checkpoint'] = (job, segment, _, options) => {
      const open = { ...job, state: 'processing', stage: 'segments' } as const;
      return REAL.checkpoint(open, { ...segment, state: 'open' }, segment.fence, options);
    };
    expect(explore({ faults: 2, transitions: mutant({ checkpoint }) }).broken).toMatch(/^J3/);
  }, 60_000);

  test('without the fence on ready, publishes a job that was canceled', () => {
    const ready: Transitions['ready'] = (job, _, ...rest) =>
      REAL.ready({ ...job, state: 'processing', stage: 'assemble' }, job.fence, ...rest);
    expect(explore({ faults: 2, transitions: mutant({ ready }) }).broken).toMatch(
      /^J2: canceled turned ready/,
    );
  }, 60_000);

  test('without the recorded etags, publishes a wrong file', () => {
    expect(explore({ faults: 2, checksEtags: false }).broken).toMatch(/^J3/);
  }, 60_000);

  test('without freeing the place in the same step, leaks it', () => {
    const ready: Transitions['ready'] = (...args) => {
      const step = REAL.ready(...args);
      return step === LOST ? step : { ...step, records: step.records.slice(0, 1) };
    };
    expect(explore({ faults: 0, transitions: mutant({ ready }) }).broken).toMatch(/^J5/);
  });

  test('when a segment can be done twice, publishes a file without another', () => {
    const segmentDone: Transitions['segmentDone'] = (job, segment, fence, ...rest) =>
      REAL.segmentDone(job, { ...segment, state: 'open', fence }, fence, ...rest);
    expect(explore({ faults: 2, transitions: mutant({ segmentDone }) }).broken).toMatch(/^J3/);
  }, 60_000);

  test('without the fence on a plan, loses what segments have done', () => {
    const planned: Transitions['planned'] = (job, fence, ...rest) =>
      REAL.planned({ ...job, state: 'processing', stage: 'plan', fence }, fence, ...rest);
    const newSegment: Transitions['newSegment'] = (job, fence, n, range) =>
      REAL.newSegment(job, fence, n, range);
    const { broken, stuck } = explore({ faults: 2, transitions: mutant({ planned, newSegment }) });
    expect(broken ?? stuck).toBeDefined();
  }, 60_000);

  test('when the newest waiter is admitted, breaks the order', () => {
    const ready: Transitions['ready'] = (job, fence, files, { slots }, nowMs) => {
      const waiting = slots.waiting.toReversed();
      const places = {
        slots: { ...slots, waiting },
        waiters: waiting.map(({ jobId }) => ({ ...job, jobId })),
      };
      return REAL.ready(job, fence, files, places, nowMs);
    };
    expect(explore({ faults: 0, transitions: mutant({ ready }) }).broken).toMatch(/^J5/);
  });

  test('without anything due, cannot go on after a lost ring', () => {
    const segmentDone: Transitions['segmentDone'] = (...args) => {
      const step = REAL.segmentDone(...args);
      if (step === LOST) return step;
      return { ...step, records: step.records.map((record) => ({ ...record, dueAtMs: null })) };
    };
    expect(explore({ faults: 1, transitions: mutant({ segmentDone }) }).stuck).toBeDefined();
  });
});
