import type { Click } from '#shared/clicks/click.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import type { ClickRange, ClickReader } from '#shared/clicks/read/click-reader.ts';
import { clickReader } from '#shared/clicks/read/read-clicks.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { CLICK_STORES, type ClickStores, recordAt } from '#test/support/recorded-clicks.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 3, 12, 20);

describe.each(CLICK_STORES)('the click reader %s', (_where, open) => {
  const workspaceId = newUuid();
  let stores: ClickStores;
  let reader: ClickReader;
  /** Over three days, three an hour; one in ten was recorded late. */
  let clicks: Click[];

  beforeAll(async () => {
    stores = await open();
    reader = clickReader(stores.pages);
    clicks = Array.from({ length: 120 }, (_, at) =>
      aClick({ workspaceId, atMs: START_MS + at * (HOUR_MS / 3) }),
    );
    const shuffled = clicks.toSorted((a, b) => (a.clickId.slice(-4) < b.clickId.slice(-4) ? -1 : 1));
    await Promise.all(
      shuffled.map((click) => {
        const late = clicks.indexOf(click) % 10 === 0;
        return recordAt(stores, click, {
          late,
          recordedAtMs: clickMs(click.clickId) + (late ? HOUR_MS : 20),
        });
      }),
    );
    await recordAt(stores, aClick({ workspaceId: newUuid(), atMs: START_MS }));
  });

  const ids = async (range: Partial<ClickRange> = {}): Promise<string[]> => {
    const whole = { workspaceId, fromMs: START_MS, toMs: START_MS + 120 * HOUR_MS };
    const batches = await Array.fromAsync(reader.read({ ...whole, ...range }));
    expect(batches.every((batch) => batch.length > 0)).toBe(true);
    return batches.flat().map((click) => click.sk!.S!);
  };
  const idsOf = (some: Click[]): string[] => some.map(({ clickId }) => clickId);

  test('a workspace without clicks has none', async () => {
    expect(await ids({ workspaceId: newUuid() })).toEqual([]);
  });

  test('a range that ends before it begins has none', async () => {
    expect(await ids({ fromMs: START_MS + 1, toMs: START_MS })).toEqual([]);
  });

  test('all shards of all days come in the order of click id, late ones in their place', async () => {
    expect(await ids()).toEqual(idsOf(clicks));
  });

  test('both ends of a range are included', async () => {
    const range = { fromMs: clickMs(clicks[10]!.clickId), toMs: clickMs(clicks[20]!.clickId) };
    expect(await ids(range)).toEqual(idsOf(clicks.slice(10, 21)));
  });

  test.each([0, 1, 57, 118, 119])('reading goes on strictly after click %i', async (at) => {
    expect(await ids({ after: clicks[at]!.clickId })).toEqual(idsOf(clicks.slice(at + 1)));
  });

  test('a click id before the range leaves the range as it is', async () => {
    const fromMs = clickMs(clicks[50]!.clickId);
    expect(await ids({ fromMs, after: clicks[3]!.clickId })).toEqual(idsOf(clicks.slice(50)));
  });

  test('a snapshot leaves out what was recorded later', async () => {
    const recordedUntilMs = clickMs(clicks[40]!.clickId) + 30;
    const seen = clicks.filter((click, at) => {
      const delayMs = at % 10 === 0 ? HOUR_MS : 20;
      return clickMs(click.clickId) + delayMs <= recordedUntilMs;
    });
    expect(await ids({ recordedUntilMs })).toEqual(idsOf(seen));
  });

  test.each([1, 10, 50])('a caller that wants about %i of them gets all if it takes all', async (wanted) => {
    expect(await ids({ wanted })).toEqual(idsOf(clicks));
  });

  test('whoever stops reading leaves nothing behind', async () => {
    for await (const batch of reader.read({
      workspaceId,
      fromMs: START_MS,
      toMs: START_MS + 120 * HOUR_MS,
    })) {
      expect(batch[0]!.sk!.S).toBe(clicks[0]!.clickId);
      break;
    }
  });

  test('the days are those that have clicks', async () => {
    expect(await reader.days(workspaceId, START_MS - 100 * HOUR_MS, START_MS + 100 * HOUR_MS)).toEqual([
      '20260412',
      '20260413',
      '20260414',
    ]);
  });
});
