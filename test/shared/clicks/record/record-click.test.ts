import { dayOf } from '#shared/clicks/click-day.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { ClockSkewError } from '#shared/clicks/clock-guard.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import type { RecordOptions } from '#shared/clicks/record/click-store.ts';
import { OpenDays, type RecordTools, recordClick } from '#shared/clicks/record/record-click.ts';
import { recordClicks } from '#shared/clicks/record/record-clicks.ts';
import { DeadlineError } from '#shared/deadline.ts';
import { newUuid } from '#shared/ids.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { aClick } from '#test/support/clicks.ts';
import { openMemoryClicks } from '#test/support/recorded-clicks.ts';
import { World } from '#test/support/simulation/world.ts';

const MADE_MS = Date.UTC(2026, 3, 12, 23, 59, 50);
const H = horizonOf(60);

/** The memory store with a clock that only moves when told, or with what a test puts in its place. */
function tools(nowMs: number, members: Partial<RecordTools> = {}) {
  const stores = openMemoryClicks();
  const clock = { nowMs };
  const opened: string[] = [];
  const all: RecordTools = {
    store: {
      openDay: async (workspaceId, day, keptUntilSeconds) => {
        opened.push(day);
        await stores.store.openDay(workspaceId, day, keptUntilSeconds);
      },
      record: stores.store.record,
    },
    guard: { check: async () => undefined },
    horizon: H,
    findPlan: async () => PLANS.free,
    openDays: new OpenDays(),
    now: () => clock.nowMs,
    ...members,
  };
  return { ...all, stores, opened, clock };
}

const click = aClick({ atMs: MADE_MS });
const stored = ({ stores }: ReturnType<typeof tools>) => stores.store.find(click.workspaceId, click.clickId);

describe('recordClick', () => {
  test('refuses to write by a clock that is off', async () => {
    const off = tools(MADE_MS, { guard: { check: () => Promise.reject(new ClockSkewError('11 s off')) } });
    await expect(recordClick(click, off)).rejects.toThrow('11 s off');
    expect(await stored(off)).toBeUndefined();
    expect(off.opened).toEqual([]);
  });

  test('refuses a click of a workspace that does not exist', async () => {
    const nowhere = tools(MADE_MS, { findPlan: async () => undefined });
    await expect(recordClick(click, nowhere)).rejects.toThrow('there is no workspace');
    expect(await stored(nowhere)).toBeUndefined();
  });

  test.each([
    ['drops a click that is older than the plan keeps', 7 * 86_400_000 + 1, 'beyond_retention'],
    ['takes one that the plan just still keeps', 7 * 86_400_000, 'late'],
  ])('%s', async (_what, ageMs, outcome) => {
    const world = tools(MADE_MS + ageMs);
    expect(await recordClick(click, world)).toBe(outcome);
    expect((await stored(world)) === undefined).toBe(outcome === 'beyond_retention');
  });

  test.each([
    ['at once', 0, false],
    ['by a clock that is behind the redirect’s', -300_000, false],
    ['after a third of the horizon', 20_000, false],
    ['a millisecond later', 20_001, true],
  ])('%s: on time or late', async (_when, delayMs, late) => {
    const world = tools(MADE_MS + delayMs);
    expect(await recordClick(click, world)).toBe(late ? 'late' : 'on_time');
    expect(await stored(world)).toMatchObject({ late, recordedAtMs: MADE_MS + delayMs });
  });

  test('a click that is there already stays as it is', async () => {
    const world = tools(MADE_MS);
    await recordClick(click, world);
    world.clock.nowMs += 50_000;
    expect(await recordClick(click, world)).toBe('already_there');
    expect(await stored(world)).toMatchObject({ late: false, recordedAtMs: MADE_MS });
  });

  test('the day is written before its first click, and once an instance', async () => {
    const world = tools(MADE_MS);
    await recordClick(click, world);
    await recordClick(aClick({ atMs: MADE_MS + 1 }), world);
    expect(world.opened).toEqual(['20260412']);
  });

  test('clicks at once open their day once, and again when that fails', async () => {
    const world = tools(MADE_MS);
    const { openDay } = world.store;
    world.store.openDay = async (...day) => {
      await openDay(...day);
      if (world.opened.length === 1) throw new Error('throttled');
    };
    const record = () => recordClick(aClick({ atMs: MADE_MS }), world);
    await expect(Promise.all([record(), record()])).rejects.toThrow('throttled');
    await Promise.all([record(), record(), record()]);
    expect(world.opened).toEqual(['20260412', '20260412']);
  });

  test('a late click opens the day on which it is recorded, too', async () => {
    const world = tools(MADE_MS + 30_000);
    await recordClick(click, world);
    expect(world.opened).toEqual(['20260412', '20260413']);
    expect(dayOf(clickMs(click.clickId))).toBe('20260412');
  });

  test('time that passes while days are opened counts: the stamp is taken last', async () => {
    const world = tools(MADE_MS + 1_000);
    const { openDay } = world.store;
    world.store.openDay = async (...day) => {
      world.clock.nowMs += 25_000;
      await openDay(...day);
    };
    expect(await recordClick(click, world)).toBe('late');
    expect(await stored(world)).toMatchObject({ late: true, recordedAtMs: MADE_MS + 51_000 });
  });

  test('a day is written again when the plan keeps its clicks for less', async () => {
    const world = tools(MADE_MS);
    await recordClick(click, world);
    await recordClick(aClick({ atMs: MADE_MS }), { ...world, findPlan: async () => PLANS.enterprise });
    expect(world.opened).toEqual(['20260412', '20260412']);
  });

  test('a put is given up after a sixth of the horizon, and kept as long as the plan says', async () => {
    let seen: RecordOptions | undefined;
    const world = tools(MADE_MS);
    world.store.record = async (_click, options) => {
      seen = options;
      return 'recorded';
    };
    await recordClick(click, world);
    expect(seen).toEqual({ abortMs: 10_000, ttlSeconds: (MADE_MS + 8 * 86_400_000) / 1_000 });
  });
});

describe('recordClicks', () => {
  const messages = (bodies: string[]) => bodies.map((body, at) => ({ messageId: `m${at}`, body }));

  test('seven of a hundred that fail stay in the queue, the others are recorded', async () => {
    const world = tools(MADE_MS);
    const { record } = world.store;
    world.store.record = async (one, options) => {
      if (one.shortCode.startsWith('bad')) throw new Error('throttled');
      return record(one, options);
    };
    const clicks = Array.from({ length: 100 }, (_, at) =>
      aClick({ atMs: MADE_MS, shortCode: at % 15 === 0 ? `bad${at}` : `good${at}` }),
    );
    const batch = await recordClicks(messages(clicks.map((one) => JSON.stringify(one))), world);
    expect(batch.failed.map(({ messageId }) => messageId).toSorted()).toEqual(
      [0, 15, 30, 45, 60, 75, 90].map((at) => `m${at}`).toSorted(),
    );
    expect(batch.counts).toEqual({ on_time: 93, late: 0, already_there: 0, beyond_retention: 0 });
  });

  test.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['no click id', JSON.stringify({ ...click, clickId: 'x' })],
    ['a workspace that could be mistaken for a key', JSON.stringify({ ...click, workspaceId: 'a#b' })],
    ['an unknown touch type', JSON.stringify({ ...click, touchType: 'tap' })],
  ])('a message with %s fails alone', async (_what, body) => {
    const batch = await recordClicks(messages([body, JSON.stringify(click)]), tools(MADE_MS));
    expect(batch.failed.map(({ messageId }) => messageId)).toEqual(['m0']);
    expect(batch.counts.on_time).toBe(1);
  });

  test('a click of another version of the redirect is taken: what it lacks is unknown, what it adds is dropped', async () => {
    const { visitorHash, tags, city, ...old } = click;
    const world = tools(MADE_MS);
    await recordClicks(messages([JSON.stringify({ ...old, mood: 'sunny' })]), world);
    expect(await stored(world)).toEqual({
      ...click,
      ...{ visitorHash: null, tags: [], city: null, recordedAtMs: MADE_MS, late: false },
    });
  });

  test.each([60, 270, 600])(
    'a table that answers after 20 s, horizon %d s: the batch ends at its deadline, what is not done has failed',
    async (horizonSeconds) => {
      const clock = new World(1, MADE_MS);
      const stalled = tools(MADE_MS, { horizon: horizonOf(horizonSeconds), now: () => clock.nowMs });
      let writes = 0;
      stalled.store.record = async (one, options) => {
        writes += 1;
        await clock.sleep(Math.min(20_000, options.abortMs));
        if (options.abortMs < 20_000) throw new Error('aborted');
        return stalled.stores.store.record(one, options);
      };
      const deadline = new AbortController();
      void clock.sleep(25_000).then(() => deadline.abort(new DeadlineError('the time is over')));
      const clicks = Array.from({ length: 100 }, () => JSON.stringify(aClick({ atMs: MADE_MS })));
      let endedMs = 0;
      const recorded = recordClicks(messages(clicks), stalled, deadline.signal).then((batch) => {
        endedMs = clock.nowMs;
        return batch;
      });
      await clock.run();
      const { failed, counts } = await recorded;
      expect(endedMs - MADE_MS).toBe(25_000);
      expect(counts.on_time + failed.length).toBe(100);
      expect(failed.some(({ error }) => error instanceof DeadlineError)).toBe(true);
      // Nothing is begun after the deadline, not even later by work that was given up.
      expect(writes).toBeLessThan(100);
    },
  );

  test('a click that waits for its day when the time is over is not written when the day is open at last', async () => {
    const world = tools(MADE_MS);
    const { openDay } = world.store;
    const opened = Promise.withResolvers<void>();
    world.store.openDay = async (...day) => {
      await opened.promise;
      await openDay(...day);
    };
    const deadline = new AbortController();
    const recorded = recordClicks(messages([JSON.stringify(click)]), world, deadline.signal);
    deadline.abort(new DeadlineError('the time is over'));
    expect((await recorded).failed).toHaveLength(1);
    opened.resolve();
    await new Promise(setImmediate);
    expect(world.opened).toHaveLength(1);
    expect(await stored(world)).toBeUndefined();
  });

  test('refusals because of the clock are counted', async () => {
    const off = tools(MADE_MS, { guard: { check: () => Promise.reject(new ClockSkewError('off')) } });
    const batch = await recordClicks(messages([JSON.stringify(click), '{']), off);
    expect(batch.failed).toHaveLength(2);
    expect(batch.clockRefusals).toBe(1);
  });

  test('a database that does not answer is no fault of the clock', async () => {
    const cause = new DeadlineError('the time is over');
    const unknown = new ClockSkewError('the database does not tell its time', { cause });
    const stalled = tools(MADE_MS, { guard: { check: () => Promise.reject(unknown) } });
    const batch = await recordClicks(messages([JSON.stringify(click)]), stalled);
    expect(batch.failed).toHaveLength(1);
    expect(batch.clockRefusals).toBe(0);
  });

  test('a message that stands twice in a batch is recorded once', async () => {
    const own = aClick({ workspaceId: newUuid(), atMs: MADE_MS });
    const body = JSON.stringify(own);
    const { counts } = await recordClicks(messages([body, body, body]), tools(MADE_MS));
    expect(counts).toEqual({ on_time: 1, late: 0, already_there: 2, beyond_retention: 0 });
  });
});
