import type { Click } from '#shared/clicks/click.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { ClockSkewError } from '#shared/clicks/clock-guard.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { FEED_START, type FeedEvent, feed, type Position, positionOf } from '#shared/feed/feed.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { CLICK_STORES, type ClickStores, recordAt } from '#test/support/recorded-clicks.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 3, 12, 21);
const EVENTS = 32;
const END_MS = START_MS + EVENTS * 10 * MINUTE_MS;

describe.each(CLICK_STORES)('the feed %s', (_where, open) => {
  const workspaceId = newUuid();
  let stores: ClickStores;
  /** One every ten minutes, over midnight; every seventh came two hours late. */
  let told: { availableAtMs: number; click: Click }[];

  beforeAll(async () => {
    stores = await open();
    told = Array.from({ length: EVENTS }, (_, at) => {
      const click = aClick({ workspaceId, atMs: START_MS + at * 10 * MINUTE_MS });
      return { click, availableAtMs: clickMs(click.clickId) + (at % 7 === 0 ? 2 * HOUR_MS : 0) };
    });
    for (const { click, availableAtMs } of told) {
      const late = availableAtMs > clickMs(click.clickId);
      await recordAt(stores, click, late ? { late, recordedAtMs: availableAtMs } : {});
    }
    told.sort((a, b) => a.availableAtMs - b.availableAtMs || (a.click.clickId < b.click.clickId ? -1 : 1));
  });

  const openFeed = (nowMs = END_MS + 24 * HOUR_MS, check = async () => undefined) =>
    feed({
      pages: stores.pages,
      guard: { check: async () => void (await check()) },
      horizon: horizonOf(60),
      now: () => nowMs,
    });
  const read = async (after: Position = FEED_START, nowMs?: number, wanted?: number): Promise<FeedEvent[]> =>
    (await Array.fromAsync(openFeed(nowMs).read({ workspaceId, after, wanted }))).flat();
  const idsOf = (events: FeedEvent[]): string[] => events.map(({ click }) => click.sk!.S!);
  const expected = () => told.map(({ click }) => click.clickId);

  test('a position in the future is refused', async () => {
    await expect(read([END_MS + 1, ''], END_MS)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('a clock that is not to be trusted reads nothing', async () => {
    const skewed = openFeed(undefined, () => Promise.reject(new ClockSkewError('11 s off')));
    await expect(Array.fromAsync(skewed.read({ workspaceId, after: FEED_START }))).rejects.toThrow(
      '11 s off',
    );
  });

  test('a workspace without clicks has no events', async () => {
    const events = openFeed().read({ workspaceId: newUuid(), after: FEED_START });
    expect(await Array.fromAsync(events)).toEqual([]);
  });

  test('every click comes once, on-time ones at their own time, late ones when they were recorded', async () => {
    const events = await read();
    expect(idsOf(events)).toEqual(expected());
    expect(events.map(({ availableAtMs }) => availableAtMs)).toEqual(
      told.map(({ availableAtMs }) => availableAtMs),
    );
  });

  test.each([1, 7, EVENTS])(
    'pages of %i events, read one after the other, tell every click once',
    async (size) => {
      const seen: string[] = [];
      for (let after = FEED_START; ; ) {
        const page = (await read(after, undefined, size)).slice(0, size);
        if (page.length === 0) break;
        seen.push(...idsOf(page));
        after = positionOf(page.at(-1)!);
      }
      expect(seen).toEqual(expected());
    },
  );

  test('a position without a click id begins with the events of that very instant', async () => {
    for (const { availableAtMs } of [
      told[5]!,
      told.find(({ click, availableAtMs: at }) => at > clickMs(click.clickId))!,
    ]) {
      const events = await read([availableAtMs, '']);
      expect(events[0]!.availableAtMs).toBe(availableAtMs);
      expect(events).toHaveLength(told.filter((event) => event.availableAtMs >= availableAtMs).length);
    }
  });

  test('nothing is told before the horizon has passed', async () => {
    const { availableAtMs } = told[20]!;
    expect((await read(FEED_START, availableAtMs + 60_000)).at(-1)!.availableAtMs).toBe(availableAtMs);
    expect((await read(FEED_START, availableAtMs + 59_999)).at(-1)!.availableAtMs).toBeLessThan(
      availableAtMs,
    );
  });
});
