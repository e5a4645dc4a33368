export const DAY_MS = 86_400_000;

/** The UTC day of an instant as `yyyymmdd`: such days sort as they follow each other. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

/** The first millisecond of a `yyyymmdd` day. */
export const dayStartMs = (day: string): number =>
  Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));

/** `20260401` as `2026-04-01`. */
export const isoDay = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;

/** The days from one instant to another, both ends included, ascending. */
export function daysBetween(fromMs: number, toMs: number): string[] {
  const days: string[] = [];
  for (let ms = dayStartMs(dayOf(fromMs)); ms <= toMs; ms += DAY_MS) days.push(dayOf(ms));
  return days;
}
