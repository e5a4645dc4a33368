import { type Plan, retainedSinceMs } from '#shared/workspaces/plans.ts';
import type { Click } from '../clicks/click.ts';
import { DAY_MS, dayOf, dayStartMs, daysBetween } from '../clicks/click-day.ts';
import type { DayTotals, TotalsReader } from './totals.ts';

/** Clicks of one touch type; `selected` leaves the bots out unless they are included. */
export type TouchCounts = { clicks: number; bots: number; humans: number; selected: number };

export type LinkAnalytics =
  | { available: true; totals: TouchCounts; days: (TouchCounts & { day: string })[] }
  /** The range begins before what the plan keeps whole; `earliestDay` (yyyymmdd) is the first day it keeps. */
  | { available: false; earliestDay: string };

export type AnalyticsRequest = {
  workspaceId: string;
  urlId: string;
  touchType: Click['touchType'];
  includeBots: boolean;
  /** UTC days up to and with today. */
  rangeDays: number;
  plan: Plan;
  nowMs: number;
};

/** The clicks of a link by UTC day, each day of the range present, oldest first, from the roll-ups. */
export async function linkAnalytics(
  { workspaceId, urlId, touchType, includeBots, rangeDays, plan, nowMs }: AnalyticsRequest,
  totals: Pick<TotalsReader, 'linkDays'>,
): Promise<LinkAnalytics> {
  const fromMs = dayStartMs(dayOf(nowMs)) - (rangeDays - 1) * DAY_MS;
  const retainedMs = retainedSinceMs(plan, nowMs);
  if (fromMs < retainedMs) return { available: false, earliestDay: dayOf(retainedMs + DAY_MS - 1) };
  const counted = await totals.linkDays(workspaceId, urlId, dayOf(fromMs), dayOf(nowMs));
  const byDay = new Map(counted.map((day) => [day.day, countsOf(day, touchType, includeBots)]));
  const days = daysBetween(fromMs, nowMs).map((day) => ({ day, ...(byDay.get(day) ?? NONE) }));
  return { available: true, totals: days.reduce(sum, NONE), days };
}

const NONE: TouchCounts = { clicks: 0, bots: 0, humans: 0, selected: 0 };

function countsOf(day: DayTotals, touchType: Click['touchType'], includeBots: boolean): TouchCounts {
  const scan = touchType === 'qr_scan';
  const clicks = scan ? day.scans : day.clicks - day.scans;
  const bots = scan ? day.scanBots : day.bots - day.scanBots;
  const humans = clicks - bots;
  return { clicks, bots, humans, selected: includeBots ? clicks : humans };
}

const sum = (a: TouchCounts, b: TouchCounts): TouchCounts => ({
  clicks: a.clicks + b.clicks,
  bots: a.bots + b.bots,
  humans: a.humans + b.humans,
  selected: a.selected + b.selected,
});
