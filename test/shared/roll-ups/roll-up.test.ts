import type { Click } from '#shared/clicks/click.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { clickReader } from '#shared/clicks/read/read-clicks.ts';
import { FEED_START, feed } from '#shared/feed/feed.ts';
import { newUuid } from '#shared/ids.ts';
import { COUNTED_NAMES } from '#shared/roll-ups/counted-names.ts';
import { rollUp } from '#shared/roll-ups/roll-up.ts';
import type { CursorMove } from '#shared/roll-ups/roll-up-store.ts';
import type { RollUpMessage } from '#shared/roll-ups/run-roll-up.ts';
import { runRollUp } from '#shared/roll-ups/run-roll-up.ts';
import { scheduleRollUps } from '#shared/roll-ups/schedule-roll-ups.ts';
import { aClick } from '#test/support/clicks.ts';
import { openMemoryClicks, recordAt } from '#test/support/recorded-clicks.ts';

const workspaceId = newUuid();
const START_MS = Date.UTC(2026, 3, 12, 9);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Stores with a clock that moves when told; `moves` are the transactions, `sent` the messages. */
function world(nowMs = START_MS + 6 * 60 * MINUTE_MS) {
  const stores = openMemoryClicks();
  const clock = { nowMs };
  const now = () => clock.nowMs;
  const horizon = horizonOf(60);
  const moves: CursorMove[] = [];
  const sent: RollUpMessage[] = [];
  const store = {
    ...stores.rollUps,
    move: async (move: CursorMove) => {
      moves.push(move);
      return stores.rollUps.move(move);
    },
  };
  const tools = {
    feed: feed({ pages: stores.pages, guard: { check: async () => undefined }, horizon, now }),
    reader: clickReader(stores.pages),
    cells: stores.cells,
    store,
    horizon,
    now,
    queue: { send: async (messages: readonly RollUpMessage[]) => void sent.push(...messages) },
  };
  const fold = (untilMs = Number.POSITIVE_INFINITY) => rollUp(workspaceId, untilMs, tools);
  return { ...stores, clock, moves, sent, tools, fold };
}

const clickAt = (atMs: number, members: Partial<Click> = {}) => aClick({ workspaceId, atMs, ...members });

describe('rollUp', () => {
  test('a workspace without clicks moves nothing but its day', async () => {
    const { fold, moves } = world();
    expect(await fold()).toEqual({ ended: 'caught_up', events: 0, lagMs: 0 });
    expect(moves.map(({ to, changes }) => [to, changes])).toEqual([[[Date.UTC(2026, 3, 12), ''], []]]);
    await fold();
    expect(moves).toHaveLength(1);
  });

  test('folds at most forty links at once, and never more than a transaction takes', async () => {
    const { fold, moves, ...stores } = world();
    const urlIds = Array.from({ length: 130 }, newUuid);
    for (let at = 0; at < 390; at += 1) {
      // Late ones from other days: each link has up to three days in one fold.
      const late = at % 3 !== 0;
      const atMs = late ? START_MS - (at % 3) * DAY_MS : START_MS + at;
      const click = clickAt(atMs, { urlId: urlIds[at % 130]! });
      await recordAt(stores, click, late ? { late, recordedAtMs: START_MS + at } : {});
    }
    expect((await fold()).events).toBe(390);
    for (const { changes } of moves) {
      const links = new Set(changes.flatMap(({ key }) => (key.kind === 'totals' ? [key.urlId] : [])));
      expect(links.size).toBeLessThanOrEqual(40);
      expect(changes.length).toBeLessThanOrEqual(99);
    }
    const totals = (await Array.fromAsync(stores.totals.read(workspaceId))).flat();
    expect(totals.map(({ clicks }) => clicks)).toEqual(new Array(130).fill(3));
  });

  test('counts so many values of a link at once as an expression takes, and the rest in the next fold', async () => {
    const { fold, moves, ...stores } = world();
    const urlId = newUuid();
    const { browser: browsers, country: countries } = COUNTED_NAMES;
    expect(browsers.length + countries.length).toBeGreaterThan(300);
    for (let at = 0; at < 300; at += 1) {
      const [browserFamily, countryCode] = [
        browsers[at % browsers.length]!,
        countries[at % countries.length]!,
      ];
      await recordAt(stores, clickAt(START_MS + at, { urlId, browserFamily, countryCode }));
    }
    await fold();
    for (const { changes } of moves) {
      for (const change of changes) {
        expect('add' in change && Object.keys(change.add).length).toBeLessThanOrEqual(210);
      }
    }
    expect((await stores.totals.find(workspaceId, urlId))!.clicks).toBe(300);
  });

  test('the last click is the newest made, whatever comes late', async () => {
    const { fold, clock, ...stores } = world(START_MS + MINUTE_MS);
    const urlId = newUuid();
    const lastClick = async () => (await stores.totals.find(workspaceId, urlId))!.lastClickedAtMs;
    await recordAt(stores, clickAt(START_MS, { urlId }));
    await fold();
    expect(await lastClick()).toBe(START_MS);
    clock.nowMs += 10 * MINUTE_MS;
    const late = { late: true, recordedAtMs: START_MS + 5 * MINUTE_MS };
    await recordAt(stores, clickAt(START_MS - MINUTE_MS, { urlId }), late);
    await fold();
    expect(await lastClick()).toBe(START_MS);
    await recordAt(stores, clickAt(START_MS + MINUTE_MS, { urlId }), {
      ...late,
      recordedAtMs: late.recordedAtMs + 1,
    });
    await fold();
    expect(await lastClick()).toBe(START_MS + MINUTE_MS);
  });

  test('ends behind when its time is over, says by how much, and goes on where it stood', async () => {
    const { fold, clock, ...stores } = world();
    for (let at = 0; at < 100; at += 1) await recordAt(stores, clickAt(START_MS + at * MINUTE_MS));
    const first = await fold(clock.nowMs);
    expect(first).toMatchObject({ ended: 'behind', events: 40 });
    const { position } = await stores.rollUps.findCursor(workspaceId);
    expect(position[0]).toBe(START_MS + 39 * MINUTE_MS);
    expect(first.lagMs).toBe(clock.nowMs - MINUTE_MS - position[0]);
    expect(await fold()).toEqual({ ended: 'caught_up', events: 60, lagMs: 0 });
  });

  test('keeps what a slow table has given by the end of its time, though no fold is full', async () => {
    const { fold, clock, tools, ...stores } = world();
    for (let at = 0; at < 3; at += 1) await recordAt(stores, clickAt(START_MS + at * DAY_MS));
    clock.nowMs += 3 * DAY_MS;
    const untilMs = clock.nowMs + 10_000;
    const { read } = tools.feed;
    tools.feed.read = async function* (request) {
      for await (const batch of read(request)) {
        clock.nowMs += 20_000;
        yield batch;
      }
    };
    expect(await fold(untilMs)).toMatchObject({ ended: 'behind', events: 2 });
    expect(await fold()).toMatchObject({ ended: 'caught_up', events: 1 });
  });

  test('a run that another one has overtaken counts nothing and stops', async () => {
    const { fold, tools, ...stores } = world();
    await recordAt(stores, clickAt(START_MS));
    const { move } = tools.store;
    tools.store.move = async (own) => {
      tools.store.move = move;
      expect((await fold()).events).toBe(1);
      return move(own);
    };
    expect(await fold()).toEqual({ ended: 'overtaken', events: 0, lagMs: 0 });
    expect((await Array.fromAsync(stores.totals.read(workspaceId))).flat()[0]!.clicks).toBe(1);
  });
});

describe('runRollUp', () => {
  test('hands on what does not fit into its time', async () => {
    const { sent, clock, tools, ...stores } = world();
    for (let at = 0; at < 50; at += 1) await recordAt(stores, clickAt(START_MS + at));
    const { move } = tools.store;
    tools.store.move = async (own) => {
      clock.nowMs += MINUTE_MS;
      return move(own);
    };
    expect(await runRollUp({ workspaceId }, tools)).toMatchObject({ kind: 'roll-up', ended: 'behind' });
    expect(sent).toEqual([{ workspaceId }]);
    expect(await runRollUp({ workspaceId }, tools)).toMatchObject({ ended: 'caught_up', events: 10 });
    expect(sent).toHaveLength(1);
  });

  test('asks for a recount of the days that it leaves behind, once', async () => {
    const { sent, clock, tools, ...stores } = world();
    for (const days of [0, 1]) await recordAt(stores, clickAt(START_MS + days * DAY_MS));
    clock.nowMs += 3 * DAY_MS;
    await runRollUp({ workspaceId }, tools);
    await runRollUp({ workspaceId }, tools);
    expect(sent).toEqual([
      { workspaceId, recountDay: '20260412' },
      { workspaceId, recountDay: '20260413' },
    ]);
  });

  test('puts right what a recount finds, of the day and of the lifetime', async () => {
    const { tools, fold, ...stores } = world();
    const urlId = newUuid();
    await recordAt(stores, clickAt(START_MS, { urlId }));
    await fold();
    const from = await stores.rollUps.findCursor(workspaceId);
    const wrong = (['totals', 'link-day'] as const).map((kind) => ({
      key: { kind, urlId, day: '20260412' },
      add: { n: 4 },
    }));
    await stores.rollUps.move({ workspaceId, from, to: from.position, changes: wrong });
    const message = { workspaceId, recountDay: '20260412' };
    expect(await runRollUp(message, tools)).toMatchObject({
      outcome: 'repaired',
      drifts: [{ missing: { n: -4 } }],
    });
    expect(await runRollUp(message, tools)).toEqual({ kind: 'recount', outcome: 'equal', drifts: [] });
    expect((await stores.totals.find(workspaceId, urlId))!.clicks).toBe(1);
  });

  test.each([
    ['has no clicks', async () => undefined],
    [
      'is not kept whole any more',
      async ({ store }: ReturnType<typeof world>) => store.openDay(workspaceId, '20260412', START_MS / 1_000),
    ],
    [
      'has more clicks than can be counted in time',
      async ({ rollUps, store }: ReturnType<typeof world>) => {
        await store.openDay(workspaceId, '20260412', 4_000_000_000);
        const from = await rollUps.findCursor(workspaceId);
        const add = { n: 500_001 };
        await rollUps.move({
          workspaceId,
          from,
          to: FEED_START,
          changes: [{ key: { kind: 'day', day: '20260412' }, add }],
        });
      },
    ],
  ])('passes a day over that %s', async (_what, prepare) => {
    const own = world();
    await prepare(own);
    expect(await runRollUp({ workspaceId, recountDay: '20260412' }, own.tools)).toEqual({
      kind: 'recount',
      outcome: 'skipped',
      drifts: [],
    });
  });
});

describe('scheduleRollUps', () => {
  const ask = (own: ReturnType<typeof world>, workspaceIds: string[]) =>
    scheduleRollUps({
      ...own.tools,
      workspaces: { all: async () => workspaceIds },
      rollUps: own.rollUps,
      pages: own.pages,
    });

  test('asks for workspaces with days that are not folded, and for no other', async () => {
    const own = world();
    const empty = newUuid();
    expect(await ask(own, [empty, workspaceId])).toEqual([]);
    await recordAt(own, clickAt(START_MS));
    expect(await ask(own, [empty, workspaceId])).toEqual([workspaceId]);
    expect(own.sent).toEqual([{ workspaceId }]);
  });

  test('a workspace whose days are all folded is passed by from the next day on', async () => {
    const own = world();
    await recordAt(own, clickAt(START_MS));
    await own.fold();
    expect(await ask(own, [workspaceId])).toEqual([workspaceId]);
    own.clock.nowMs += DAY_MS;
    await own.fold();
    expect(await ask(own, [workspaceId])).toEqual([]);
  });

  test('a click that comes days late opens its workspace again', async () => {
    const own = world(START_MS + 5 * DAY_MS);
    await own.fold();
    const late = { late: true, recordedAtMs: own.clock.nowMs - 2 * MINUTE_MS };
    await recordAt(own, clickAt(START_MS), late);
    expect(clickMs(clickAt(START_MS).clickId)).toBe(START_MS);
    expect(await ask(own, [workspaceId])).toEqual([workspaceId]);
    expect((await own.fold()).events).toBe(1);
  });

  test('a run that is given up half-way has asked for what it has seen', async () => {
    const own = world();
    const many = Array.from({ length: 60 }, newUuid);
    for (const id of many) await recordAt(own, aClick({ workspaceId: id, atMs: START_MS }));
    const { findCursor } = own.rollUps;
    own.rollUps.findCursor = async (id) => {
      if (many.indexOf(id) >= 30) throw new Error('not done in time');
      return findCursor(id);
    };
    await expect(ask(own, many)).rejects.toThrow('not done in time');
    expect(own.sent.map((message) => message.workspaceId)).toEqual(many.slice(0, 25));
  });

  test('many workspaces are all looked at', async () => {
    const own = world();
    const many = Array.from({ length: 60 }, newUuid);
    for (const id of many) await recordAt(own, aClick({ workspaceId: id, atMs: START_MS }));
    expect(await ask(own, many)).toEqual(many);
  });
});
