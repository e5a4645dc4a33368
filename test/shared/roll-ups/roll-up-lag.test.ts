import { horizonOf } from '#shared/clicks/horizon.ts';
import { feed } from '#shared/feed/feed.ts';
import { newUuid } from '#shared/ids.ts';
import { rollUp } from '#shared/roll-ups/roll-up.ts';
import { rollUpLag, rollUpLags } from '#shared/roll-ups/roll-up-lag.ts';
import { aClick } from '#test/support/clicks.ts';
import { openMemoryClicks, recordAt } from '#test/support/recorded-clicks.ts';

const START_MS = Date.UTC(2026, 3, 12, 9);
const MINUTE_MS = 60_000;

function world() {
  const stores = openMemoryClicks();
  const clock = { nowMs: START_MS + 60 * MINUTE_MS };
  const now = () => clock.nowMs;
  const horizon = horizonOf(60);
  const tools = {
    feed: feed({ pages: stores.pages, guard: { check: async () => undefined }, horizon, now }),
    rollUps: stores.rollUps,
    store: stores.rollUps,
    horizon,
    now,
  };
  const click = (workspaceId: string, atMs: number, how = {}) =>
    recordAt(stores, aClick({ workspaceId, atMs }), how);
  const fold = (workspaceId: string) => rollUp(workspaceId, Number.POSITIVE_INFINITY, tools);
  return { clock, tools, click, fold };
}

test('a workspace that was never folded is behind by its oldest click, less the horizon', async () => {
  const { tools, click } = world();
  const workspaceId = newUuid();
  await click(workspaceId, START_MS + 5 * MINUTE_MS);
  await click(workspaceId, START_MS);
  expect(await rollUpLag(workspaceId, tools)).toBe(59 * MINUTE_MS);
});

test('a workspace whose runs fail falls behind from where its cursor stands', async () => {
  const { clock, tools, click, fold } = world();
  const workspaceId = newUuid();
  await click(workspaceId, START_MS);
  await fold(workspaceId);
  expect(await rollUpLag(workspaceId, tools)).toBe(0);
  await click(workspaceId, START_MS + 20 * MINUTE_MS);
  tools.store = { ...tools.store, move: async () => Promise.reject(new Error('the item is too large')) };
  clock.nowMs += MINUTE_MS;
  await expect(fold(workspaceId)).rejects.toThrow('too large');
  expect(await rollUpLag(workspaceId, tools)).toBe(40 * MINUTE_MS);
});

test('a click that came late was to be counted only when it had come', async () => {
  const { tools, click } = world();
  const workspaceId = newUuid();
  await click(workspaceId, START_MS - 300 * MINUTE_MS, {
    late: true,
    recordedAtMs: START_MS + 30 * MINUTE_MS,
  });
  expect(await rollUpLag(workspaceId, tools)).toBe(29 * MINUTE_MS);
});

test('nothing is behind without clicks, with clicks within the horizon, and with all of them counted long ago', async () => {
  const { clock, tools, click, fold } = world();
  const [empty, fresh, done] = [newUuid(), newUuid(), newUuid()];
  await click(fresh, clock.nowMs - 30_000);
  await click(done, START_MS);
  await fold(done);
  clock.nowMs += 10_000;
  for (const workspaceId of [empty, fresh, done]) expect(await rollUpLag(workspaceId, tools)).toBe(0);
});

test('a cursor before a clock that is behind is no lag and no failure', async () => {
  const { clock, tools, click, fold } = world();
  const workspaceId = newUuid();
  await click(workspaceId, clock.nowMs - 2 * MINUTE_MS);
  await fold(workspaceId);
  clock.nowMs -= 30 * MINUTE_MS;
  expect(await rollUpLag(workspaceId, tools)).toBe(0);
});

test('a workspace whose lag cannot be read hides no other, and is told', async () => {
  const { tools, click } = world();
  const workspaceIds = Array.from({ length: 25 }, newUuid);
  for (const workspaceId of workspaceIds) await click(workspaceId, START_MS);
  const [broken, ...others] = workspaceIds;
  const stalled = new Error('the table does not answer');
  const lags = await rollUpLags(workspaceIds, {
    ...tools,
    rollUps: {
      findCursor: async (workspaceId) => {
        if (workspaceId === broken) throw stalled;
        return tools.rollUps.findCursor(workspaceId);
      },
    },
  });
  expect(lags.failures).toEqual([stalled]);
  expect(lags.lagMs).toEqual(new Map(others.map((workspaceId) => [workspaceId, 59 * MINUTE_MS])));
});
