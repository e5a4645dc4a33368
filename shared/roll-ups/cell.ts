import type { Click } from '../clicks/click.ts';
import { KEPT_UNTIL } from '../clicks/click-keys.ts';
import { countedName } from './counted-names.ts';
import type { DayTotals, LinkTotals, Tops } from './totals.ts';

/**
 * The counters of one roll-up, by attribute name: of a link's lifetime, of a link's day or of a workspace's day.
 * Each is a number of its own in the stored item, so that counting needs no reading: DynamoDB adds.
 */
export type Cell = Record<string, number>;

const CLICKS = 'n';
const BOTS = 'b';
const SCANS = 's';
const SCAN_BOTS = 'sb';
const INSTALLS = 'i';
const RETURNING_USERS = 'ru';
const ATTRIBUTED_CLICKS = 'ac';
/** No counter: a link's last click, ms. */
export const LAST_CLICKED = 'la';

/** A "top" is the most frequent of counted values; each value of our lists has a counter under its prefix. */
const TOPS = { device: 'd:', os: 'o:', browser: 'w:', country: 'c:' } as const satisfies Record<
  keyof Tops,
  string
>;
const TOP_NAMES = Object.keys(TOPS) as (keyof Tops)[];

/** What a conversion adds to its link's lifetime. */
export const CONVERSION_COUNTERS = {
  install: INSTALLS,
  open: RETURNING_USERS,
  attributed: ATTRIBUTED_CLICKS,
} as const;

/** What one click adds to a day of its workspace. */
export function countsOf(click: Pick<Click, 'bot' | 'touchType'>): Cell {
  const scan = click.touchType === 'qr_scan';
  return {
    [CLICKS]: 1,
    ...(click.bot ? { [BOTS]: 1 } : {}),
    ...(scan ? { [SCANS]: 1 } : {}),
    ...(scan && click.bot ? { [SCAN_BOTS]: 1 } : {}),
  };
}

type CountedClick = Pick<
  Click,
  'bot' | 'touchType' | 'deviceCategory' | 'osFamily' | 'browserFamily' | 'countryCode'
>;

/** What one click adds to its link, for a day and for the lifetime. */
export function linkCountsOf(click: CountedClick): Cell {
  const cell = countsOf(click);
  const values: Record<keyof Tops, string | null> = {
    device: click.deviceCategory,
    os: click.osFamily,
    browser: click.browserFamily,
    country: click.countryCode,
  };
  for (const top of TOP_NAMES) {
    const value = values[top];
    if (value) cell[TOPS[top] + countedName(top, value)] = 1;
  }
  return cell;
}

/**
 * A stored cell under the names that are counted today: what was counted under other names adds up under theirs, so
 * that a recount agrees with it.
 */
export function inCountedNames(stored: Cell): Cell {
  const cell: Cell = {};
  for (const [name, count] of Object.entries(stored)) {
    const counted = counterName(name);
    cell[counted] = (cell[counted] ?? 0) + count;
  }
  return cell;
}

function counterName(name: string): string {
  const top = TOP_NAMES.find((candidate) => name.startsWith(TOPS[candidate]));
  return top === undefined ? name : TOPS[top] + countedName(top, name.slice(TOPS[top].length));
}

/** Adds `more` to a cell, in place; a factor of -1 takes it away. */
export function addTo(cell: Cell, more: Cell, factor = 1): void {
  for (const [name, count] of Object.entries(more)) cell[name] = (cell[name] ?? 0) + count * factor;
}

/** What is missing in `counted` up to `expected`, counter by counter; nothing when both count the same. */
export function missingIn(counted: Cell, expected: Cell): Cell {
  const missing = { ...expected };
  addTo(missing, counted, -1);
  return nonZero(missing);
}

const NO_COUNTERS = [LAST_CLICKED, KEPT_UNTIL];
const OF_CONVERSIONS: string[] = Object.values(CONVERSION_COUNTERS);

/** Of a link's day, what its workspace's day counts as well. */
export const dayCounters = (cell: Cell): Cell =>
  pick(cell, (name) => [CLICKS, BOTS, SCANS, SCAN_BOTS].includes(name));

/** What clicks have counted in a cell; what conversions have. */
export const clickCounters = (cell: Cell): Cell => pick(cell, (name) => !OF_CONVERSIONS.includes(name));
export const conversionCounters = (cell: Cell): Cell => pick(cell, (name) => OF_CONVERSIONS.includes(name));

const pick = (cell: Cell, wanted: (name: string) => boolean): Cell =>
  Object.fromEntries(Object.entries(cell).filter(([name]) => !NO_COUNTERS.includes(name) && wanted(name)));

/** The counters of a cell that are not zero. */
export const nonZero = (cell: Cell): Cell =>
  Object.fromEntries(Object.entries(cell).filter(([, count]) => count !== 0));

export const dayTotals = (day: string, cell: Cell): DayTotals => ({
  day,
  clicks: cell[CLICKS] ?? 0,
  bots: cell[BOTS] ?? 0,
  scans: cell[SCANS] ?? 0,
  scanBots: cell[SCAN_BOTS] ?? 0,
});

export const linkTotals = (urlId: string, cell: Cell): LinkTotals => ({
  urlId,
  clicks: cell[CLICKS] ?? 0,
  bots: cell[BOTS] ?? 0,
  scans: cell[SCANS] ?? 0,
  installs: cell[INSTALLS] ?? 0,
  returningUsers: cell[RETURNING_USERS] ?? 0,
  attributedClicks: cell[ATTRIBUTED_CLICKS] ?? 0,
  tops: topsOf(cell),
  lastClickedAtMs: cell[LAST_CLICKED] ?? null,
});

function topsOf(cell: Cell): Tops {
  const tops: Tops = { device: null, os: null, browser: null, country: null };
  const most: Record<string, number> = {};
  for (const [name, count] of Object.entries(cell)) {
    const top = TOP_NAMES.find((candidate) => name.startsWith(TOPS[candidate]));
    if (top === undefined || count <= 0) continue;
    const value = name.slice(TOPS[top].length);
    const leads = count > (most[top] ?? 0) || (count === most[top] && value < tops[top]!);
    if (leads) {
      tops[top] = value;
      most[top] = count;
    }
  }
  return tops;
}
