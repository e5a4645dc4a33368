import { clickTtlSeconds, PLANS, retainedSinceMs } from '#shared/workspaces/plans.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();

describe('retention', () => {
  test.each([
    ['free', '2026-03-10T12:00:00.000Z', '2026-03-03T12:00:00.000Z'],
    ['plus', '2026-03-10T12:00:00.000Z', '2026-01-09T12:00:00.000Z'],
    ['growth', '2026-03-10T12:00:00.000Z', '2025-11-10T12:00:00.000Z'],
    ['enterprise', '2026-03-10T12:00:00.000Z', '2024-09-10T12:00:00.000Z'],
  ] as const)('of %s at %s reaches back to %s', (plan, now, since) => {
    expect(iso(retainedSinceMs(PLANS[plan], at(now)))).toBe(since);
  });

  test('a day that the month lacks becomes its last day', () => {
    expect(iso(retainedSinceMs(PLANS.growth, at('2026-06-30T08:00:00.000Z')))).toBe(
      '2026-02-28T08:00:00.000Z',
    );
    expect(iso(retainedSinceMs(PLANS.growth, at('2024-06-30T08:00:00.000Z')))).toBe(
      '2024-02-29T08:00:00.000Z',
    );
  });

  test.each(Object.keys(PLANS) as (keyof typeof PLANS)[])(
    'of %s: a click is never deleted while it is shown',
    (plan) => {
      const clickedMs = at('2026-01-31T00:00:00.000Z');
      const deletedMs = clickTtlSeconds(PLANS[plan], clickedMs) * 1000;
      expect(retainedSinceMs(PLANS[plan], deletedMs)).toBeGreaterThan(clickedMs);
    },
  );
});
