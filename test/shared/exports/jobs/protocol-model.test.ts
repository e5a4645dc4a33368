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

  test('is safe for a job that makes nothing but the file that tells why', () => {
    const { ends, broken, stuck } = explore({ faults: 1, fails: true });
    expect({ broken, stuck }).toEqual({ broken: undefined, stuck: undefined });
    expect(Object.keys(ends).toSorted()).toEqual(['canceled', 'failed']);
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

  test('without the fence on the end, publishes a job that was canceled', () => {
    const finish: Transitions['finish'] = (job, _, ...rest) =>
      REAL.finish({ ...job, state: 'processing', stage: 'assemble' }, job.fence, ...rest);
    expect(explore({ faults: 2, transitions: mutant({ finish }) }).broken).toMatch(
      /^J2: canceled turned ready/,
    );
  }, 60_000);

  test('without the recorded etags, publishes a wrong file', () => {
    expect(explore({ faults: 2, checksEtags: false }).broken).toMatch(/^J3/);
  }, 60_000);

  test('without freeing the place in the same step, leaks it', () => {
    const finish: Transitions['finish'] = (...args) => {
      const step = REAL.finish(...args);
      return step === LOST ? step : { ...step, records: step.records.slice(0, 1) };
    };
    expect(explore({ faults: 0, transitions: mutant({ finish }) }).broken).toMatch(/^J5/);
  });

  test('when a segment can be done twice, publishes a file without another', () => {
    const segmentDone: Transitions['segmentDone'] = (job, segment, fence, ...rest) =>
      REAL.segmentDone(job, { ...segment, state: 'open', fence }, fence, ...rest);
    expect(explore({ faults: 2, transitions: mutant({ segmentDone }) }).broken).toMatch(/^J3/);
  }, 60_000);

  test('without the fence on a plan, loses what segments have done', () => {
    const planned: Transitions['planned'] = (job, fence, ...rest) =>
      REAL.planned({ ...job, state: 'processing', stage: 'plan', fence }, fence, ...rest);
    const { broken, stuck } = explore({ faults: 2, transitions: mutant({ planned }) });
    expect(broken ?? stuck).toBeDefined();
  }, 60_000);

  test('without the fence in segments, an older plan writes over those of a newer one', () => {
    const newSegment: Transitions['newSegment'] = (job, fence, n, range, before) =>
      REAL.newSegment(job, fence, n, range, before && { ...before, planFence: 0 });
    const { broken, stuck } = explore({ faults: 1, transitions: mutant({ newSegment }) });
    expect(broken ?? stuck).toBeDefined();
  }, 60_000);

  test('without the fence on how far the choosing is, takes up what is over', () => {
    const choosingCheckpoint: Transitions['choosingCheckpoint'] = (job, _, ...rest) =>
      REAL.choosingCheckpoint({ ...job, state: 'processing', stage: 'plan' }, job.fence, ...rest);
    expect(explore({ faults: 2, transitions: mutant({ choosingCheckpoint }) }).broken).toMatch(/^J2/);
  }, 60_000);

  test.each(['ids', 'index'] as const)(
    'without the fence in the names of %s, publishes a wrong file',
    (unfenced) => {
      expect(explore({ faults: 2, unfenced }).broken).toMatch(/^J3/);
    },
    60_000,
  );

  test('when the index is not recorded together with the rows, publishes a wrong file', () => {
    const checkpoint: Transitions['checkpoint'] = (job, segment, fence, { progress, ...options }) =>
      REAL.checkpoint(job, segment, fence, {
        ...options,
        progress: { ...progress, index: segment.index ?? progress.index },
      });
    expect(explore({ faults: 0, transitions: mutant({ checkpoint }) }).broken).toMatch(/^J3/);
  });

  test('when a file is closed before all segments are done, publishes a wrong file', () => {
    const segmentDone: Transitions['segmentDone'] = (job, ...rest) =>
      REAL.segmentDone({ ...job, segmentsLeft: 1 }, ...rest);
    expect(explore({ faults: 0, transitions: mutant({ segmentDone }) }).broken).toMatch(/^J3/);
  });

  test('without the fence on the making of files, goes on with a job that was canceled', () => {
    const assemblyCheckpoint: Transitions['assemblyCheckpoint'] = (job, _, ...rest) =>
      REAL.assemblyCheckpoint({ ...job, state: 'processing', stage: 'assemble' }, job.fence, ...rest);
    expect(explore({ faults: 2, transitions: mutant({ assemblyCheckpoint }) }).broken).toMatch(/^J2/);
  }, 60_000);

  test('without the fence on the end, fails a job that was canceled', () => {
    const finish: Transitions['finish'] = (job, _, ...rest) =>
      REAL.finish({ ...job, state: 'processing', stage: 'assemble' }, job.fence, ...rest);
    const { broken } = explore({ faults: 2, fails: true, transitions: mutant({ finish }) });
    expect(broken).toMatch(/^J2: canceled turned failed/);
  }, 60_000);

  test('when the end of a file is not kept for whoever goes on, publishes a wrong file', () => {
    const assemblyCheckpoint: Transitions['assemblyCheckpoint'] = (job, fence, { assembly, ...options }) =>
      REAL.assemblyCheckpoint(job, fence, { ...options, assembly: { ...assembly, made: [] } });
    expect(explore({ faults: 1, transitions: mutant({ assemblyCheckpoint }) }).broken).toMatch(/^J3/);
  });

  test('when the newest waiter is admitted, breaks the order', () => {
    const finish: Transitions['finish'] = (job, fence, made, { slots }, nowMs) => {
      const waiting = slots.waiting.toReversed();
      const places = {
        slots: { ...slots, waiting },
        waiters: waiting.map(({ jobId }) => ({ ...job, jobId })),
      };
      return REAL.finish(job, fence, made, places, nowMs);
    };
    expect(explore({ faults: 0, transitions: mutant({ finish }) }).broken).toMatch(/^J5/);
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
