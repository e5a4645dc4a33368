import { linkAnalytics } from '#shared/roll-ups/link-analytics.ts';
import type { DayTotals } from '#shared/roll-ups/totals.ts';
import { PLANS } from '#shared/workspaces/plans.ts';

const NOW_MS = Date.UTC(2026, 3, 12, 15, 30);
const DAYS: DayTotals[] = [
  { day: '20260330', clicks: 100, bots: 50, scans: 50, scanBots: 25 },
  { day: '20260410', clicks: 10, bots: 4, scans: 6, scanBots: 1 },
  { day: '20260412', clicks: 3, bots: 3, scans: 0, scanBots: 0 },
];
const totals = {
  linkDays: async (_workspaceId: string, _urlId: string, from: string, to: string) =>
    DAYS.filter(({ day }) => day >= from && day <= to),
};
const ask = (members: Partial<Parameters<typeof linkAnalytics>[0]>) =>
  linkAnalytics(
    {
      workspaceId: 'w',
      urlId: 'u',
      touchType: 'qr_scan',
      includeBots: false,
      rangeDays: 4,
      plan: PLANS.enterprise,
      nowMs: NOW_MS,
      ...members,
    },
    totals,
  );
const none = { clicks: 0, bots: 0, humans: 0, selected: 0 };

test('every day of the range is there, oldest first and today last', async () => {
  expect(await ask({})).toEqual({
    available: true,
    totals: { clicks: 6, bots: 1, humans: 5, selected: 5 },
    days: [
      { day: '20260409', ...none },
      { day: '20260410', clicks: 6, bots: 1, humans: 5, selected: 5 },
      { day: '20260411', ...none },
      { day: '20260412', ...none },
    ],
  });
});

test('clicks that are no scans are asked for apart', async () => {
  expect(await ask({ touchType: 'short_link_click' })).toMatchObject({
    totals: { clicks: 7, bots: 6, humans: 1, selected: 1 },
    days: [
      none,
      { clicks: 4, bots: 3, humans: 1, selected: 1 },
      none,
      { clicks: 3, bots: 3, humans: 0, selected: 0 },
    ],
  });
});

test('selected clicks have the bots in them when they are asked for', async () => {
  expect(await ask({ includeBots: true })).toMatchObject({
    totals: { clicks: 6, bots: 1, humans: 5, selected: 6 },
  });
});

test.each([
  ['free', 7, true],
  ['free', 8, false],
  ['starter', 14, true],
  ['starter', 15, false],
  ['growth', 121, true],
  ['growth', 122, false],
  ['enterprise', 365, true],
] as const)('%s, %i days: %s', async (plan, rangeDays, available) => {
  const answer = await ask({ plan: PLANS[plan], rangeDays });
  expect(answer.available).toBe(available);
  if (answer.available) expect(answer.days).toHaveLength(rangeDays);
});

test('a range that is refused names the first day that is kept whole', async () => {
  expect(await ask({ plan: PLANS.free, rangeDays: 30 })).toEqual({
    available: false,
    earliestDay: '20260406',
  });
  const midnight = { plan: PLANS.free, rangeDays: 30, nowMs: Date.UTC(2026, 3, 12) };
  expect(await ask(midnight)).toEqual({ available: false, earliestDay: '20260405' });
});
