/** When a rule may match; an empty list matches anything. */
export type RuleConditions = {
  /** ISO 3166-1 alpha-2, upper case. */
  countryIn: readonly string[];
  deviceTypeIn: readonly ('mobile' | 'tablet' | 'desktop')[];
  /** Lower case: ios, android, windows, macos, linux, chromeos, other. */
  deviceOsIn: readonly string[];
  timeWindows: readonly TimeWindow[];
};

/** `start` and `end` are `HH:MM` in the zone; an end before the start runs over midnight, counted to the day it began. */
export type TimeWindow = {
  timezone: string;
  /** ISO weekdays as lower-case three-letter names: mon … sun; empty = every day. */
  days: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  start: string;
  end: string;
};

type RuleBase = { name: string; enabled: boolean; conditions: RuleConditions };

export type RoutingRule = RuleBase &
  (
    | { actionType: 'destination_override'; destinationUrl: string }
    | { actionType: 'ab_split'; variants: readonly { key: string; weight: number; destinationUrl: string }[] }
    | { actionType: 'deep_link'; ios: string | null; android: string | null; fallbackUrl: string }
  );
