import { checkClosedDays } from '#shared/clicks/check-closed-days.ts';
import { feed } from '#shared/clicks/feed.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { clickReader } from '#shared/clicks/read-clicks.ts';
import { rollUp } from '#shared/clicks/roll-up.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { CLICK_STORES, type ClickStores, recordAt } from '#test/support/recorded-clicks.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Noon of the day after the one with clicks. */
const NOW_MS = Date.UTC(2026, 3, 13, 12);

describe.each(CLICK_STORES)('days that close, %s', (_where, open) => {
  let stores: ClickStores;
  let workspaceId: string;
  const horizon = horizonOf(60);
  const span = { fromMs: NOW_MS - DAY_MS, foldedMs: NOW_MS };
  const tools = () => ({ reader: clickReader(stores.pages), cells: stores.cells, store: stores.rollUps });
  const check = (changed: Partial<typeof span> = {}) =>
    checkClosedDays(workspaceId, { ...span, ...changed }, tools());

  /** Adds a click to the roll-up of the 12th that nobody made. */
  const spoil = async () => {
    const from = await stores.rollUps.findCursor(workspaceId);
    const changes = [{ key: { kind: 'day', day: '20260412' } as const, add: { n: 1 } }];
    await stores.rollUps.move({ workspaceId, from, to: from.position, changes });
  };

  beforeAll(async () => {
    stores = await open();
  });

  /** Four clicks on the 12th, all rolled up. */
  beforeEach(async () => {
    workspaceId = newUuid();
    for (let hour = 1; hour < 5; hour += 1) {
      await recordAt(stores, aClick({ workspaceId, atMs: Date.UTC(2026, 3, 12) + hour * HOUR_MS }));
    }
    await rollUp(workspaceId, Number.POSITIVE_INFINITY, {
      feed: feed({
        pages: stores.pages,
        guard: { check: async () => undefined },
        horizon,
        now: () => NOW_MS,
      }),
      store: stores.rollUps,
      horizon,
      now: () => NOW_MS,
    });
  });

  test('a roll-up that counted wrong is told', async () => {
    await spoil();
    expect(await check()).toEqual([{ day: '20260412', drifts: 1 }]);
  });

  test('a roll-up that counted right is told as such', async () => {
    expect(await check()).toEqual([{ day: '20260412', drifts: 0 }]);
  });

  test('a day that is still open is left alone, and so is one that had closed before', async () => {
    await spoil();
    expect(await check({ foldedMs: Date.UTC(2026, 3, 12, 23, 59) })).toEqual([]);
    expect(await check({ fromMs: Date.UTC(2026, 3, 13) })).toEqual([]);
  });

  test('the first run of all, and a backlog of days, are left to an operator', async () => {
    await spoil();
    expect(await check({ fromMs: 0 })).toEqual([]);
    expect(await check({ foldedMs: NOW_MS + 5 * DAY_MS })).toEqual([]);
  });

  test('a day with more clicks than a worker can count is left to an operator', async () => {
    const from = await stores.rollUps.findCursor(workspaceId);
    const changes = [{ key: { kind: 'day', day: '20260412' } as const, add: { n: 300_000 } }];
    await stores.rollUps.move({ workspaceId, from, to: from.position, changes });
    expect(await check()).toEqual([]);
  });
});
