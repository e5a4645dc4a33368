import { LAST_MS } from '#shared/input/instant.ts';

const LAST_DAY = '9999-12-31';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Zones lie at most 14 hours from UTC; one more for what changes on the day itself. */
const FARTHEST_MS = 15 * 3_600_000;

/** A zone may be spelled in any case, so there is no end of names. */
const KEPT_FORMATS = 100;
const formats = new Map<string, Intl.DateTimeFormat>();

/** True for an IANA time zone that this runtime knows. */
export function isTimezone(timezone: string): boolean {
  try {
    formatOf(timezone);
    return true;
  } catch {
    return false;
  }
}

/** The day (`2026-04-01`) that an instant falls on in a time zone. */
export function zonedDay(ms: number, timezone: string): string {
  if (timezone === 'UTC') return new Date(ms).toISOString().slice(0, 10);
  const parts = Object.fromEntries(
    formatOf(timezone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.year!.padStart(4, '0')}-${parts.month}-${parts.day}`;
}

/**
 * The first instant of a day in a time zone, in ms. Found by search, since a day may begin at one o'clock where
 * clocks are set forward at midnight.
 */
export function dayStartMs(day: string, timezone: string): number {
  const utcMs = Date.parse(day);
  if (timezone === 'UTC') return utcMs;
  let before = utcMs - FARTHEST_MS;
  let reached = utcMs + FARTHEST_MS;
  while (reached - before > MINUTE_MS) {
    const middle = before + Math.floor((reached - before) / MINUTE_MS / 2) * MINUTE_MS;
    if (zonedDay(middle, timezone) < day) before = middle;
    else reached = middle;
  }
  return reached;
}

/** The day after a day. */
export const nextDay = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);

/** Whole days, both included, as instants, both included. */
export const daysToMs = (from: string, to: string, timezone: string): { fromMs: number; toMs: number } => ({
  fromMs: dayStartMs(from, timezone),
  // There is no day behind the last one that four digits can write.
  toMs: to === LAST_DAY ? LAST_MS : dayStartMs(nextDay(to), timezone) - 1,
});

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  if (formats.size >= KEPT_FORMATS) formats.clear();
  formats.set(timezone, format);
  return format;
}
