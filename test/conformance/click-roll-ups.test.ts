import { FEED_START } from '#shared/feed/feed.ts';
import { newUuid } from '#shared/ids.ts';
import type { CellChange } from '#shared/roll-ups/roll-up-store.ts';
import { CLICK_STORES, type ClickStores } from '#test/support/recorded-clicks.ts';

describe.each(CLICK_STORES)('the roll-ups %s', (_where, open) => {
  let stores: ClickStores;
  let workspaceId: string;
  let urlId: string;
  const total = (members: Record<string, number>, lastClickedAtMs?: number): CellChange => ({
    key: { kind: 'totals', urlId },
    add: members,
    lastClickedAtMs,
  });
  const move = async (changes: CellChange[], to: [number, string] = [1_000, 'X']) => {
    const from = await stores.rollUps.findCursor(workspaceId);
    return stores.rollUps.move({ workspaceId, from, to, changes });
  };

  beforeAll(async () => {
    stores = await open();
  });
  beforeEach(() => {
    workspaceId = newUuid();
    urlId = newUuid();
  });

  test('a cursor that was never moved stands at the start', async () => {
    expect(await stores.rollUps.findCursor(workspaceId)).toEqual({ position: FEED_START, version: 0 });
  });

  test('a cursor that somebody else moved changes nothing, the first time and later', async () => {
    const first = await stores.rollUps.findCursor(workspaceId);
    expect(await move([total({ n: 1 })], [1_000, 'A'])).toBe('done');
    const second = await stores.rollUps.findCursor(workspaceId);
    expect(await move([total({ n: 1 })], [1_000, 'A'])).toBe('done');
    for (const from of [first, second]) {
      const outcome = await stores.rollUps.move({
        workspaceId,
        from,
        to: [9_000, 'Z'],
        changes: [total({ n: 5 })],
      });
      expect(outcome).toBe('moved');
    }
    expect((await stores.totals.find(workspaceId, urlId))!.clicks).toBe(2);
    expect((await stores.rollUps.findCursor(workspaceId)).position).toEqual([1_000, 'A']);
  });

  test('of ten moves at once one is done', async () => {
    const from = await stores.rollUps.findCursor(workspaceId);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () =>
        stores.rollUps
          .move({ workspaceId, from, to: [1_000, 'A'], changes: [total({ n: 1 })] })
          .catch(() => 'conflict'),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect((await stores.totals.find(workspaceId, urlId))!.clicks).toBe(1);
  });

  test('a link that was never counted has no totals', async () => {
    expect(await stores.totals.find(workspaceId, urlId)).toBeUndefined();
    expect(await stores.totals.linkDays(workspaceId, urlId, '20260101', '20261231')).toEqual([]);
    expect(await stores.rollUps.lastClicked(workspaceId, [urlId])).toEqual(new Map());
  });

  test('the totals of another workspace are not found', async () => {
    await move([total({ n: 1 })]);
    expect(await stores.totals.find(newUuid(), urlId)).toBeUndefined();
  });

  test('counters add up, and the last click is the one that was set', async () => {
    await move([total({ n: 3, b: 1, s: 2, i: 4, 'd:mobile': 3, 'c:DE': 2, 'c:AT': 1 }, 5_000)]);
    await move([total({ n: 2, ru: 1, ac: 1, 'd:desktop': 2, 'c:AT': 1, 'o:iOS': 1, 'w:Chrome': 1 })]);
    expect(await stores.totals.find(workspaceId, urlId)).toEqual({
      urlId,
      clicks: 5,
      bots: 1,
      scans: 2,
      installs: 4,
      returningUsers: 1,
      attributedClicks: 1,
      // Austria and Germany both have two.
      tops: { device: 'mobile', os: 'iOS', browser: 'Chrome', country: 'AT' },
      lastClickedAtMs: 5_000,
    });
    expect(await stores.rollUps.lastClicked(workspaceId, [urlId, newUuid()])).toEqual(
      new Map([[urlId, 5_000]]),
    );
  });

  test('what was added by mistake can be taken away again', async () => {
    await move([total({ n: 3, 'c:DE': 3 })]);
    await move([total({ n: -1, 'c:DE': -3 })]);
    expect(await stores.totals.find(workspaceId, urlId)).toMatchObject({
      clicks: 2,
      tops: { country: null },
    });
  });

  test('days of a link and of the workspace are counted apart, and read between both ends', async () => {
    await stores.store.openDay(workspaceId, '20260411', 1_800_000_000);
    for (const day of ['20260410', '20260412', '20260413']) {
      await stores.store.openDay(workspaceId, day, 1_800_000_000);
      await move([
        { key: { kind: 'link-day', urlId, day }, add: { n: 2, b: 1, s: 1, sb: 1 } },
        { key: { kind: 'day', day }, add: { n: 7 } },
      ]);
    }
    const none = { bots: 0, scans: 0, scanBots: 0 };
    expect(await stores.totals.linkDays(workspaceId, urlId, '20260410', '20260412')).toEqual([
      { day: '20260410', clicks: 2, bots: 1, scans: 1, scanBots: 1 },
      { day: '20260412', clicks: 2, bots: 1, scans: 1, scanBots: 1 },
    ]);
    expect(await stores.totals.workspaceDays(workspaceId, '20260411', '20260413')).toEqual([
      { day: '20260411', clicks: 0, ...none },
      { day: '20260412', clicks: 7, ...none },
      { day: '20260413', clicks: 7, ...none },
    ]);
  });

  test('a roll-up that is removed is gone, in the same move as others change', async () => {
    await move([total({ n: 3 }), { key: { kind: 'link-day', urlId, day: '20260412' }, add: { n: 3 } }]);
    await move([
      { key: { kind: 'totals', urlId }, remove: true },
      { key: { kind: 'link-day', urlId, day: '20260412' }, add: { n: 1 } },
    ]);
    expect(await stores.totals.find(workspaceId, urlId)).toBeUndefined();
    const [day] = await stores.totals.linkDays(workspaceId, urlId, '20260412', '20260412');
    expect(day!.clicks).toBe(4);
  });

  test('many links are found at once and read in the order of id', async () => {
    const urlIds = Array.from({ length: 130 }, newUuid).toSorted();
    for (let at = 0; at < urlIds.length; at += 50) {
      await move(
        urlIds
          .slice(at, at + 50)
          .map((id, n) => ({ key: { kind: 'totals', urlId: id }, add: { n: at + n + 1 } })),
      );
    }
    const found = await stores.totals.findMany(workspaceId, [...urlIds, newUuid()]);
    expect([...found.keys()].toSorted()).toEqual(urlIds);
    expect(found.get(urlIds[77]!)!.clicks).toBe(78);
    const read = (await Array.fromAsync(stores.totals.read(workspaceId))).flat();
    expect(read.map((totals) => totals.urlId)).toEqual(urlIds);
    const rest = (await Array.fromAsync(stores.totals.read(workspaceId, urlIds[99]!))).flat();
    expect(rest.map((totals) => totals.urlId)).toEqual(urlIds.slice(100));
  });

  test('what stands under a name that is none of ours reads as Other, and other spellings as ours', async () => {
    await move([
      total({ n: 6, 'w:Chrome #1 & <b>.[0]': 1, 'w:\u{1F600}': 2, 'w:Other': 1, 'w:cHROME': 2 }, 4),
    ]);
    await move([total({ 'o:': 1, 'o:ubuntu': 1, 'o:Linux': 1, 'c:ZZ': 1, 'd:constructor': 1 }, 4)]);
    const { tops } = (await stores.totals.find(workspaceId, urlId))!;
    expect(tops).toEqual({ browser: 'Other', os: 'Linux', country: 'Other', device: 'Other' });
    const cells = await stores.cells.totals(workspaceId, [urlId]);
    expect(cells.get(urlId)).toMatchObject({ 'w:Other': 4, 'w:Chrome': 2, 'o:Linux': 2, 'o:Other': 1 });
  });
});
