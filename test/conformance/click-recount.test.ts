import type { Click } from '#shared/clicks/click.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { clickReader } from '#shared/clicks/read/read-clicks.ts';
import { recountWorkspace } from '#shared/conversions/recount-workspace.ts';
import { erase } from '#shared/erasure/erase.ts';
import { feed } from '#shared/feed/feed.ts';
import { newUuid } from '#shared/ids.ts';
import { recountableDays, recountDay, recountLink } from '#shared/roll-ups/recount.ts';
import { rollUp } from '#shared/roll-ups/roll-up.ts';
import type { CellChange } from '#shared/roll-ups/roll-up-store.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { aClick } from '#test/support/clicks.ts';
import { CLICK_STORES, type ClickStores, recordAt } from '#test/support/recorded-clicks.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 3, 14, 12);
const DAYS = ['20260412', '20260413'] as const;

describe.each(CLICK_STORES)('recounts and erasures %s', (_where, open) => {
  let stores: ClickStores;
  let workspaceId: string;
  let urlIds: string[];
  let clicks: Click[];
  const horizon = horizonOf(60);
  const openFeed = (nowMs = NOW_MS) =>
    feed({ pages: stores.pages, guard: { check: async () => undefined }, horizon, now: () => nowMs });
  const fold = (nowMs = NOW_MS) =>
    rollUp(workspaceId, Number.POSITIVE_INFINITY, {
      feed: openFeed(nowMs),
      store: stores.rollUps,
      horizon,
      now: () => nowMs,
    });
  const tools = () => ({
    reader: clickReader(stores.pages),
    cells: stores.cells,
    store: stores.rollUps,
    feed: openFeed(),
    remover: stores.remover,
    conversions: stores.conversions,
    now: () => NOW_MS,
  });
  const spoil = async (changes: CellChange[]) => {
    const from = await stores.rollUps.findCursor(workspaceId);
    await stores.rollUps.move({ workspaceId, from, to: from.position, changes });
  };
  const recountAll = async (repair: boolean) => {
    const steps = recountWorkspace(workspaceId, { plan: PLANS.free, nowMs: NOW_MS, repair }, tools());
    return (await Array.fromAsync(steps)).filter(({ outcome }) => outcome !== 'equal');
  };

  beforeAll(async () => {
    stores = await open();
  });
  /** Two links, twenty clicks over two days, every fifth late and half of them scans. */
  beforeEach(async () => {
    workspaceId = newUuid();
    urlIds = [newUuid(), newUuid()];
    clicks = Array.from({ length: 20 }, (_, at) =>
      aClick({
        workspaceId,
        urlId: urlIds[at % 2]!,
        touchType: at % 4 < 2 ? 'qr_scan' : 'short_link_click',
        bot: at % 3 === 0,
        atMs: Date.UTC(2026, 3, 12, 1) + at * 2 * HOUR_MS,
      }),
    );
    await Promise.all(
      clicks.map((click, at) => {
        const late = at % 5 === 0;
        return recordAt(stores, click, late ? { late, recordedAtMs: clickMs(click.clickId) + HOUR_MS } : {});
      }),
    );
    expect(await fold()).toEqual({ ended: 'caught_up', events: 20, lagMs: 0 });
  });

  describe('a recount', () => {
    test('finds what was rolled up equal, day by day and link by link', async () => {
      for (const day of DAYS) {
        const ofDay = clicks.filter(({ clickId }) => dayOf(clickMs(clickId)) === day);
        expect(await recountDay(workspaceId, day, true, tools())).toEqual({
          day,
          clicks: ofDay.length,
          outcome: 'equal',
          drifts: [],
        });
      }
      expect((await recountLink(workspaceId, urlIds[0]!, true, tools())).outcome).toBe('equal');
      expect(await recountAll(false)).toEqual([]);
    });

    test('leaves clicks alone that the roll-up has not come to', async () => {
      const click = aClick({ workspaceId, urlId: urlIds[0]!, atMs: Date.UTC(2026, 3, 13, 5) });
      await recordAt(stores, click, { late: true, recordedAtMs: NOW_MS - HOUR_MS });
      expect((await recountDay(workspaceId, DAYS[1], false, tools())).outcome).toBe('equal');
    });

    test.each([
      ['too little', 2],
      ['too much', -3],
    ])('names a day of a link that counts %s, and changes nothing unless asked', async (_what, missing) => {
      const key = { kind: 'link-day', urlId: urlIds[0]!, day: DAYS[0] } as const;
      await spoil([{ key, add: { n: -missing, 'c:DE': -1 } }]);
      const expected = { outcome: 'differs', drifts: [{ key, missing: { n: missing, 'c:DE': 1 } }] };
      expect(await recountDay(workspaceId, DAYS[0], false, tools())).toMatchObject(expected);
      expect(await recountDay(workspaceId, DAYS[0], false, tools())).toMatchObject(expected);
    });

    test('puts right what differs: day of a link, day of the workspace, lifetime, conversions', async () => {
      await spoil([
        { key: { kind: 'link-day', urlId: urlIds[0]!, day: DAYS[0] }, add: { n: 2, 'c:DE': -1 } },
        { key: { kind: 'day', day: DAYS[1] }, add: { sb: -1 } },
        { key: { kind: 'totals', urlId: urlIds[1]! }, add: { n: 7, 'd:mobile': 7, i: 2 } },
      ]);
      const before = await recountAll(true);
      expect(before.map(({ step, outcome }) => [step, outcome])).toEqual([
        [`day ${DAYS[0]}`, 'repaired'],
        [`day ${DAYS[1]}`, 'repaired'],
        [`link ${urlIds[1]}`, 'repaired'],
        ['conversions', 'repaired'],
      ]);
      expect(await recountAll(false)).toEqual([]);
    });

    test('finds a day of a link that has no click at all', async () => {
      const stranger = newUuid();
      await spoil([
        { key: { kind: 'totals', urlId: stranger }, add: { n: 1 } },
        { key: { kind: 'link-day', urlId: stranger, day: DAYS[0] }, add: { n: 1 } },
        { key: { kind: 'day', day: DAYS[0] }, add: { n: 1 } },
      ]);
      expect((await recountDay(workspaceId, DAYS[0], true, tools())).drifts).toHaveLength(2);
      expect((await recountDay(workspaceId, DAYS[0], false, tools())).outcome).toBe('equal');
      expect((await recountLink(workspaceId, stranger, true, tools())).outcome).toBe('repaired');
    });

    test('says nothing of a day that the roll-up works on all the time', async () => {
      const busy = { ...stores.rollUps };
      busy.findCursor = async (id) => {
        const from = await stores.rollUps.findCursor(id);
        await stores.rollUps.move({ workspaceId: id, from, to: from.position, changes: [] });
        return stores.rollUps.findCursor(id);
      };
      const recount = await recountLink(workspaceId, urlIds[0]!, true, { ...tools(), store: busy });
      expect(recount.outcome).toBe('unsettled');
    });

    test('covers only days that the plan keeps whole, by their own plan as well as by the present one', async () => {
      await stores.store.openDay(workspaceId, '20260410', Date.UTC(2026, 3, 14) / 1_000);
      await stores.store.openDay(workspaceId, '20260411', Date.UTC(2026, 3, 20) / 1_000);
      await stores.store.openDay(workspaceId, '20260411', Date.UTC(2026, 3, 30) / 1_000);
      const all = await recountableDays(workspaceId, PLANS.enterprise, NOW_MS, tools());
      expect(all).toEqual(['20260411', ...DAYS]);
      const later = NOW_MS + 5 * DAY_MS;
      expect(await recountableDays(workspaceId, PLANS.free, later, tools())).toEqual([DAYS[1]]);
    });
  });

  describe('an erasure', () => {
    const read = async () => {
      const range = { workspaceId, fromMs: 0, toMs: NOW_MS };
      return (await Array.fromAsync(clickReader(stores.pages).read(range))).flat();
    };
    const told = async () => (await Array.fromAsync(openFeed().read({ workspaceId, after: [0, ''] }))).flat();

    test('of another workspace takes nothing', async () => {
      expect(await erase(newUuid(), urlIds[0], tools())).toEqual({ clicks: 0, conversions: 0 });
      expect(await read()).toHaveLength(20);
      expect((await stores.totals.find(workspaceId, urlIds[0]!))!.clicks).toBe(10);
    });

    test('of a link takes its clicks, late entries, conversions and roll-ups, and nothing else', async () => {
      const [ours, theirs] = urlIds as [string, string];
      const conversion = (urlId: string) => ({
        ...({
          workspaceId,
          urlId,
          eventId: urlId,
          eventName: 'install',
          eventAtMs: 1,
          receivedAtMs: 2,
        } as const),
        ...{ clickId: clicks.find((click) => click.urlId === urlId)!.clickId },
        ...{ orderId: null, value: null, currency: null },
      });
      for (const urlId of urlIds) {
        const { clickId } = conversion(urlId);
        const sighting = { externalHash: `hash of ${urlId}`, clickId, urlId, ttlSeconds: 4_000_000_000 };
        await stores.conversions.record(conversion(urlId), { sighting });
      }
      const unattributed = { ...conversion(ours), eventId: 'x', clickId: null, urlId: null };
      await stores.conversions.record(unattributed, {});
      expect(await erase(workspaceId, ours, tools())).toEqual({ clicks: 10, conversions: 1 });

      const left = clicks.filter(({ urlId }) => urlId === theirs).map(({ clickId }) => clickId);
      expect((await read()).map((click) => click.sk!.S)).toEqual(left);
      expect((await told()).map(({ click }) => click.sk!.S).toSorted()).toEqual(left);
      expect(await stores.totals.find(workspaceId, ours)).toBeUndefined();
      expect(await stores.totals.linkDays(workspaceId, ours, '20260101', '20261231')).toEqual([]);
      expect((await stores.totals.find(workspaceId, theirs))!.clicks).toBe(10);
      const { conversions } = stores;
      const kept = (await Array.fromAsync(conversions.read(workspaceId))).flat();
      expect(kept.map(({ urlId }) => urlId)).toEqual(expect.arrayContaining([theirs, null]));
      expect(kept).toHaveLength(2);
      const seen = (await Array.fromAsync(conversions.readSightings(workspaceId))).flat();
      expect(seen.map(({ urlId }) => urlId)).toEqual([theirs]);
      expect(await recountAll(false)).toEqual([]);

      expect((await erase(workspaceId, undefined, tools())).conversions).toBe(2);
      expect((await Array.fromAsync(conversions.read(workspaceId))).flat()).toEqual([]);
      expect((await Array.fromAsync(conversions.readSightings(workspaceId))).flat()).toEqual([]);
    });

    test('of a workspace takes everything, and the days count nothing any more', async () => {
      expect(await erase(workspaceId, undefined, tools())).toEqual({ clicks: 20, conversions: 0 });
      expect(await read()).toEqual([]);
      expect(await told()).toEqual([]);
      expect((await Array.fromAsync(stores.totals.read(workspaceId))).flat()).toEqual([]);
      const days = await stores.totals.workspaceDays(workspaceId, '20260101', '20261231');
      expect(days.map(({ clicks: counted }) => counted)).toEqual(days.map(() => 0));
    });

    test('takes clicks too that are recorded while it runs and folded before it ends', async () => {
      const busy = { ...stores.remover };
      let recorded = 0;
      busy.remove = async (id, some) => {
        await stores.remover.remove(id, some);
        if (recorded === 3) return;
        recorded += 1;
        const late = aClick({ workspaceId, urlId: urlIds[0]!, atMs: Date.UTC(2026, 3, 12, 2) });
        await recordAt(stores, late, { late: true, recordedAtMs: Date.UTC(2026, 3, 14, recorded) });
        await fold();
      };
      const { clicks: erased } = await erase(workspaceId, urlIds[0], { ...tools(), remover: busy });
      expect(erased).toBe(13);
      expect(await stores.totals.find(workspaceId, urlIds[0]!)).toBeUndefined();
      expect(await read()).toHaveLength(10);
      expect(await recountAll(false)).toEqual([]);
    });

    test('takes conversions too of clicks that are recorded and folded while it takes conversions', async () => {
      const late = aClick({ workspaceId, urlId: urlIds[0]!, atMs: Date.UTC(2026, 3, 12, 2) });
      const busy = { ...stores.conversions };
      busy.read = async function* (id) {
        yield* stores.conversions.read(id);
        busy.read = stores.conversions.read;
        await recordAt(stores, late, { late: true, recordedAtMs: Date.UTC(2026, 3, 14, 1) });
        await stores.conversions.record(
          {
            ...{ workspaceId, urlId: urlIds[0]!, eventId: 'late', eventName: 'install', eventAtMs: 1 },
            ...{ clickId: late.clickId, orderId: null, value: null, currency: null, receivedAtMs: 2 },
          },
          {},
        );
        await fold();
      };
      const erased = await erase(workspaceId, urlIds[0], { ...tools(), conversions: busy });
      expect(erased).toEqual({ clicks: 11, conversions: 1 });
      expect((await Array.fromAsync(stores.conversions.read(workspaceId))).flat()).toEqual([]);
      expect(await stores.totals.find(workspaceId, urlIds[0]!)).toBeUndefined();
      expect(await recountAll(false)).toEqual([]);
    });

    test('voids a roll-up that had read the clicks before they went', async () => {
      const more = aClick({ workspaceId, urlId: urlIds[0]!, atMs: Date.UTC(2026, 3, 14, 1) });
      await recordAt(stores, more);
      const slow = { ...stores.rollUps };
      slow.move = async (move) => {
        // Between its reading and its writing the whole erasure happens.
        await erase(workspaceId, urlIds[0], tools());
        return stores.rollUps.move(move);
      };
      const run = { feed: openFeed(), store: slow, horizon, now: () => NOW_MS };
      expect((await rollUp(workspaceId, Number.POSITIVE_INFINITY, run)).ended).toBe('overtaken');
      await fold();
      expect(await stores.totals.find(workspaceId, urlIds[0]!)).toBeUndefined();
      expect(await recountAll(false)).toEqual([]);
    });
  });
});
