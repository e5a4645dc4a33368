import type { RoutingRule, RuleConditions, TimeWindow } from './routing-rule.ts';

/** What rules may ask about a visit. */
export type RuleVisit = {
  atMs: number;
  /** ISO 3166-1 alpha-2, upper case. */
  countryCode: string | null;
  deviceCategory: 'mobile' | 'tablet' | 'desktop' | null;
  /** A name of `deviceOsIn`: ios, android, windows, macos, linux, chromeos, other. */
  deviceOs: string;
  /** Variants that this visitor was given before, by the name of the rule. */
  picks: ReadonlyMap<string, string>;
  /** A number from 0 up to, but not including, 1: decides about a visitor who has no variant yet. */
  draw(): number;
};

/** Where a rule leads. `pick` is there when the visitor was given a variant just now: it is to be remembered. */
export type RuleRoute = {
  destinationUrl: string;
  variantKey: string | null;
  pick?: { rule: string; variantKey: string };
};

/** The route of the first enabled rule whose conditions all hold; undefined when none does. */
export function evaluateRules(rules: readonly RoutingRule[], visit: RuleVisit): RuleRoute | undefined {
  const rule = rules.find(({ enabled, conditions }) => enabled && holds(conditions, visit));
  return rule && routeOf(rule, visit);
}

function routeOf(rule: RoutingRule, visit: RuleVisit): RuleRoute {
  switch (rule.actionType) {
    case 'destination_override':
      return { destinationUrl: rule.destinationUrl, variantKey: null };
    case 'ab_split':
      return variantRoute(rule.name, rule.variants, visit);
    case 'deep_link': {
      const app = visit.deviceOs === 'ios' ? rule.ios : visit.deviceOs === 'android' ? rule.android : null;
      return { destinationUrl: app ?? rule.fallbackUrl, variantKey: null };
    }
  }
}

type Variant = { key: string; weight: number; destinationUrl: string };

function variantRoute(rule: string, variants: readonly Variant[], visit: RuleVisit): RuleRoute {
  const picked = visit.picks.get(rule);
  // A weight of zero takes a variant out of the test, so its visitors are drawn anew, as if it were gone.
  const kept = variants.find(({ key, weight }) => key === picked && weight > 0);
  if (kept) return { destinationUrl: kept.destinationUrl, variantKey: kept.key };
  const { key, destinationUrl } = drawVariant(variants, visit.draw());
  return { destinationUrl, variantKey: key, pick: { rule, variantKey: key } };
}

/** The variant on whose stretch the drawn number falls, each stretch as long as its weight. */
function drawVariant(variants: readonly Variant[], drawn: number): Variant {
  let left = drawn * variants.reduce((sum, { weight }) => sum + weight, 0);
  for (const variant of variants) {
    left -= variant.weight;
    if (left < 0) return variant;
  }
  return variants.at(-1)!;
}

const holds = (conditions: RuleConditions, visit: RuleVisit): boolean =>
  anyOf(conditions.countryIn, visit.countryCode) &&
  anyOf(conditions.deviceTypeIn, visit.deviceCategory) &&
  anyOf(conditions.deviceOsIn, visit.deviceOs) &&
  (conditions.timeWindows.length === 0 ||
    conditions.timeWindows.some((window) => isWithin(window, visit.atMs)));

const anyOf = (wanted: readonly string[], value: string | null): boolean =>
  wanted.length === 0 || (value !== null && wanted.includes(value));

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/**
 * Whether an instant falls into a window, by the wall clock of the window's zone. `start` is included, `end` is not;
 * an end at or before the start lies on the next day, and the window counts to the day it began.
 */
export function isWithin({ timezone, days, start, end }: TimeWindow, atMs: number): boolean {
  const local = wallClock(timezone, atMs);
  if (local === undefined) return false;
  const on = (day: number) => days.length === 0 || days.includes(DAYS[(day + 7) % 7]!);
  if (start < end) return on(local.day) && start <= local.time && local.time < end;
  return (on(local.day) && start <= local.time) || (on(local.day - 1) && local.time < end);
}

type WallClock = { /** 0 = Monday. */ day: number /** HH:MM */; time: string };

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** Undefined for a zone that this runtime does not know: its time zone data may be older than what checked the rule. */
function wallClock(timezone: string, atMs: number): WallClock | undefined {
  const format = formatOf(timezone);
  if (format === undefined) return undefined;
  const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return {
    day: DAYS.indexOf(parts.weekday!.toLowerCase() as (typeof DAYS)[number]),
    time: `${parts.hour}:${parts.minute}`,
  };
}

/** There are some 600 zones, but each may be spelled in any case. */
const KEPT_FORMATS = 1_000;

/** Making a format costs a hundred times its use, so each zone's is kept. */
function formatOf(timezone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(timezone)) {
    if (formats.size >= KEPT_FORMATS) formats.clear();
    formats.set(timezone, newFormat(timezone));
  }
  return formats.get(timezone);
}

function newFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const clock = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    return new Intl.DateTimeFormat('en-US', { timeZone, ...clock });
  } catch {
    return undefined;
  }
}
