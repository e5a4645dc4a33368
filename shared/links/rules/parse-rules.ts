import * as z from 'zod';
import { textUpTo } from '#shared/characters.ts';
import { validate } from '#shared/input/validate.ts';
import { Problem } from '#shared/problem.ts';
import { utf8Bytes } from '#shared/utf8.ts';
import { PLAIN_TEXT } from '../link-fields.ts';
import type { RoutingRule } from './routing-rule.ts';

const MAX_RULES = 50;
const MAX_BYTES = 65_536;
const MAX_URL_CHARACTERS = 2_048;

const name = textUpTo(120)
  .trim()
  .min(1)
  .regex(PLAIN_TEXT, 'it must hold no control characters')
  .meta({ examples: ['From Germany'] });

/** The code that a country goes by today (UK is GB); undefined when there is none of that name. */
function countryOf(code: string): string | undefined {
  if (!/^[A-Za-z]{2}$/.test(code)) return undefined;
  const region = new Intl.Locale('und', { region: code }).region!;
  return COUNTRIES.of(region) === undefined ? undefined : region;
}
const COUNTRIES = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

const country = z
  .string()
  .refine((code) => countryOf(code) !== undefined, 'it must be an ISO 3166-1 alpha-2 code, such as US')
  .overwrite((code) => countryOf(code) ?? code)
  .meta({ pattern: '^[A-Za-z]{2}$', examples: ['DE', 'US'] });

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'it must be a time from 00:00 to 23:59');

const timeWindow = z.strictObject({
  timezone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'it must be an IANA time zone, such as Europe/Berlin')
    .meta({ examples: ['Europe/Berlin', 'America/New_York'] }),
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).default([]),
  start: time,
  end: time,
});

const lowerCase = <T extends readonly [string, ...string[]]>(...names: T) =>
  z.string().toLowerCase().meta({ enum: names }).pipe(z.enum(names));

const conditions = z.strictObject({
  countryIn: z.array(country).max(300).default([]),
  deviceTypeIn: z.array(lowerCase('mobile', 'tablet', 'desktop')).default([]),
  deviceOsIn: z
    .array(lowerCase('ios', 'android', 'windows', 'macos', 'linux', 'chromeos', 'other'))
    .default([]),
  timeWindows: z.array(timeWindow).max(50).default([]),
});

const base = { name, enabled: z.boolean().default(true), conditions: conditions.prefault({}) };

/** Checked as a destination once the rules are known to be rules. */
const destination = z
  .string()
  .min(1)
  .meta({ maxLength: MAX_URL_CHARACTERS, examples: ['https://example.com/landing'] });

/** Schemes that a browser would run or open by itself, or that can carry another, unchecked destination. */
const FORBIDDEN_APP_SCHEMES =
  /^(?:javascript|vbscript|data|blob|file|filesystem|about|view-source|intent|https?|wss?|ftp|chrome|resource|jar)$/;

/** `myapp://products/1`: a scheme of an app and what it opens, all of it visible ASCII without quotes and brackets. */
const APP_LINK = /^([a-z][a-z0-9.+-]{1,63}):\/\/[\w\-.~:/?#[\]@!$&()*+,;=%]*$/;

const isAppLink = (url: string): boolean => {
  const scheme = APP_LINK.exec(url)?.[1];
  return scheme !== undefined && url.length <= MAX_URL_CHARACTERS && !FORBIDDEN_APP_SCHEMES.test(scheme);
};

const appTarget = z
  .string()
  .min(1)
  .refine(
    (url) => /^https:/i.test(url) || isAppLink(url),
    'it must be a link into an app (myapp://…) or an https destination',
  )
  .meta({ maxLength: MAX_URL_CHARACTERS, examples: ['myapp://products/1'] })
  .nullable()
  .default(null);

const variant = z.strictObject({
  key: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'it must be 1 to 64 of A-Z, a-z, 0-9, _ and -'),
  weight: z.int().min(0).max(100),
  destinationUrl: destination,
});

const variants = z
  .array(variant)
  .min(2)
  .max(10)
  .refine(
    (list) => list.reduce((sum, { weight }) => sum + weight, 0) === 100,
    'the weights must come to 100 together',
  )
  .refine((list) => new Set(list.map(({ key }) => key)).size === list.length, 'each key must be another one');

/** One rule as a request gives it; what is left out of its conditions matches anything. */
export const routingRule = z
  .discriminatedUnion('actionType', [
    z.strictObject({ ...base, actionType: z.literal('destination_override'), destinationUrl: destination }),
    z.strictObject({ ...base, actionType: z.literal('ab_split'), variants }),
    z.strictObject({
      ...base,
      actionType: z.literal('deep_link'),
      ios: appTarget,
      android: appTarget,
      fallbackUrl: destination,
    }),
  ])
  .refine((given) => given.actionType !== 'deep_link' || given.ios !== null || given.android !== null, {
    path: ['ios'],
    message: 'a deep link needs "ios" or "android"',
  });

/** A visitor's variant is remembered by the name of its rule. */
const splitNames = (rules: readonly RoutingRule[]): string[] =>
  rules.filter(({ actionType }) => actionType === 'ab_split').map((split) => split.name);

/** An ordered rule set: the first enabled rule that matches wins. */
export const routingRules = z
  .array(routingRule)
  .max(MAX_RULES)
  .superRefine((rules, context) => {
    const bytes = utf8Bytes(JSON.stringify(rules));
    if (bytes <= MAX_BYTES) return;
    const message = `all rules together have ${bytes} bytes of JSON; at most ${MAX_BYTES} are allowed`;
    context.addIssue({ code: 'custom', message });
  })
  .refine(
    (rules) => new Set(splitNames(rules)).size === splitNames(rules).length,
    'each A/B split needs a name of its own',
  );

/** How rules are called where they come from. */
export type RulesSource = { field: string; where: string };
const OF_BODY: RulesSource = { field: 'rules', where: 'body' };

/**
 * Rules in their stored form; their destinations are not checked yet: see checkRuleDestinations.
 * @throws Problem 'invalid_rules', or 'invalid_request' for an unknown field
 */
export function parseRules(given: readonly unknown[], { field, where } = OF_BODY): RoutingRule[] {
  if (given.length > MAX_RULES) {
    const message = `"${field}" is not valid: there are ${given.length}; at most ${MAX_RULES} are allowed`;
    throw new Problem('invalid_rules', message, { field });
  }
  const rules = z.object({ [field]: routingRules });
  return validate(rules, { [field]: given }, { where, code: 'invalid_rules' })[field]!;
}

/** Every web destination that rules may lead to, with the field that names it. */
export function ruleDestinations(
  rules: readonly RoutingRule[],
  field = OF_BODY.field,
): { field: string; url: string }[] {
  return rules.flatMap((rule, n) => {
    const at = (member: string, url: string | null) => ({ field: `${field}[${n}].${member}`, url });
    return destinationsOf(rule, at).filter((entry): entry is { field: string; url: string } =>
      isWeb(entry.url),
    );
  });
}

type Named = { field: string; url: string | null };

function destinationsOf(rule: RoutingRule, at: (member: string, url: string | null) => Named): Named[] {
  switch (rule.actionType) {
    case 'destination_override':
      return [at('destinationUrl', rule.destinationUrl)];
    case 'ab_split':
      return rule.variants.map(({ destinationUrl }, v) =>
        at(`variants[${v}].destinationUrl`, destinationUrl),
      );
    case 'deep_link':
      return [at('fallbackUrl', rule.fallbackUrl), at('ios', rule.ios), at('android', rule.android)];
  }
}

const isWeb = (url: string | null): boolean => url !== null && !isAppLink(url);
