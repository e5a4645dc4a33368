import fc from 'fast-check';
import { DAY_MS } from '#shared/clicks/click-day.ts';
import type { TimeRange } from '#shared/exports/jobs/job.ts';
import { cutDays } from '#shared/exports/kinds/cut-days.ts';
import { cutLinks } from '#shared/exports/kinds/cut-links.ts';
import { firstUuidAt } from '#shared/ids.ts';
import { linksOf, WORKSPACE } from '#test/support/exports.ts';
import { aLink } from '#test/support/links.ts';

const APRIL_1 = Date.UTC(2026, 3, 1);
const day = (n: number) => new Date(APRIL_1 + n * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');

/** Every instant of the whole range is in exactly one of the ranges. */
function expectWhole(ranges: readonly TimeRange[], whole: TimeRange) {
  expect(ranges[0]!.fromMs).toBe(whole.fromMs);
  expect(ranges.at(-1)!.toMs).toBe(whole.toMs);
  for (const [n, range] of ranges.entries()) {
    expect(range.toMs).toBeGreaterThanOrEqual(range.fromMs);
    if (n > 0) expect(range.fromMs).toBe(ranges[n - 1]!.toMs + 1);
  }
}

describe('cutting days', () => {
  const whole = { fromMs: APRIL_1 + 3_600_000, toMs: APRIL_1 + 10 * DAY_MS - 1 };

  test('leaves few clicks in one segment', () => {
    expect(cutDays(whole, [{ day: day(2), clicks: 90 }], 100)).toEqual([whole]);
    expect(cutDays(whole, [], 100)).toEqual([whole]);
  });

  test('cuts between days, and a day that is too large within', () => {
    const days = [50, 40, 30, 350].map((clicks, n) => ({ day: day(n), clicks }));
    const starts = cutDays(whole, days, 100).map(({ fromMs }) => (fromMs - APRIL_1) / DAY_MS);
    expect(starts.slice(1)).toEqual([2, 3, 3.25, 3.5, 3.75]);
  });

  test('covers the whole range, whatever the counts say', () => {
    const counts = fc.array(fc.nat({ max: 1_000 }), { maxLength: 14 });
    fc.assert(
      fc.property(
        counts,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: -2, max: 9 }),
        (clicks, rows, from) => {
          const range = { fromMs: APRIL_1 + from * DAY_MS + 77, toMs: whole.toMs };
          expectWhole(
            cutDays(
              range,
              clicks.map((n, at) => ({ day: day(at), clicks: n })),
              rows,
            ),
            range,
          );
        },
      ),
    );
  });
});

describe('cutting links', () => {
  const whole = { fromMs: APRIL_1, toMs: APRIL_1 + 100 * DAY_MS };
  const linksAt = (times: readonly number[]) =>
    linksOf(
      times.map((ms, n) =>
        aLink({ workspaceId: WORKSPACE, urlId: firstUuidAt(ms).slice(0, -6) + String(n).padStart(6, '0') }),
      ),
    );

  test('knows how many few links are', async () => {
    const links = linksAt([APRIL_1 + 5, APRIL_1 + 6]);
    expect(await cutLinks(links, WORKSPACE, whole, 100)).toEqual({ ranges: [whole], links: 2 });
  });

  test('makes segments of about the size wanted, where links were made at one pace', async () => {
    const times = Array.from({ length: 5_000 }, (_, n) => APRIL_1 + n * 1_700_000);
    const { ranges } = await cutLinks(linksAt(times), WORKSPACE, whole, 1_000);
    expectWhole(ranges, whole);
    const sizes = ranges.map(({ fromMs, toMs }) => times.filter((ms) => ms >= fromMs && ms <= toMs).length);
    expect(Math.max(...sizes)).toBeLessThan(1_500);
    expect(sizes.length).toBeLessThan(9);
  });

  test('a burst of links, as an import makes it, is no reason for segments of nothing', async () => {
    const year = { fromMs: APRIL_1, toMs: APRIL_1 + 365 * DAY_MS };
    const burst = Array.from({ length: 3_000 }, (_, n) => APRIL_1 + 200 * DAY_MS + Math.floor(n / 4));
    const looks = { count: 0 };
    const links = linksAt([APRIL_1 + 5, ...burst]);
    const counting = {
      page: (request: Parameters<typeof links.page>[0]) => {
        looks.count += 1;
        return links.page(request);
      },
    };
    const { ranges } = await cutLinks(counting, WORKSPACE, year, 1_600);
    expectWhole(ranges, year);
    expect(ranges.length).toBeLessThan(6);
    expect(looks.count).toBeLessThan(400);
  });

  test('covers the whole range, whatever the pace', async () => {
    const gaps = fc.array(fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 50_000_000 })), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 50 }), async (between, rows) => {
        let ms = APRIL_1;
        const times = between.map((gap) => (ms += gap)).filter((time) => time <= whole.toMs);
        const { ranges } = await cutLinks(linksAt(times), WORKSPACE, whole, rows);
        expectWhole(ranges, whole);
      }),
      { numRuns: 30 },
    );
  });
});
