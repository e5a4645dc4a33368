import type { Secrets } from '#shared/credentials/secrets.ts';
import { openToken, signToken } from '#shared/credentials/signed-token.ts';
import type { SlugLink } from '#shared/links/link.ts';
import type { RuleRoute } from '#shared/links/rules/evaluate-rules.ts';
import { sha256 } from '#shared/sha256.ts';
import { cookieValues, setCookie } from './cookies.ts';
import type { Visit } from './visit.ts';

const NAME = 'slugline_variant';
const PURPOSE = 'variant';
const LIFETIME_MS = 30 * 86_400_000;

/** Browsers take cookies of up to 4 kB: room for so many rules, each with a key of 64 characters. */
const RULES_REMEMBERED = 24;

type Payload = { urlId: string; picks: [rule: string, variantKey: string][] };
type SplitLink = Pick<SlugLink, 'urlId' | 'routingRules'>;
type Picked = { picks: ReadonlyMap<string, string>; pick: NonNullable<RuleRoute['pick']>; secure: boolean };

/** The variants that a visitor was given for this link before, by the name of the rule. */
export async function readPicks(
  secrets: Secrets,
  visit: Visit,
  link: SplitLink,
): Promise<ReadonlyMap<string, string>> {
  for (const value of cookieValues(visit.cookies, NAME)) {
    const payload = await openToken<Payload>(secrets, PURPOSE, value, visit.atMs);
    if (payload?.urlId === link.urlId) return namedPicks(payload, link);
  }
  return new Map();
}

function namedPicks({ picks }: Payload, link: SplitLink): ReadonlyMap<string, string> {
  const names = new Map(link.routingRules.map(({ name }) => [shortName(name), name]));
  const known = picks.map(([rule, variantKey]) => [names.get(rule), variantKey] as const);
  return new Map(known.filter((pick): pick is [string, string] => pick[0] !== undefined));
}

/** The cookie that makes a new pick last, beside those for other rules of the link that still exist. */
export async function pickCookie(
  secrets: Secrets,
  visit: Visit,
  link: SplitLink,
  { picks, pick, secure }: Picked,
): Promise<string> {
  const all = [...picks].filter(([rule]) => rule !== pick.rule);
  all.push([pick.rule, pick.variantKey]);
  const payload: Payload = {
    urlId: link.urlId,
    picks: all.slice(-RULES_REMEMBERED).map(([rule, variantKey]) => [shortName(rule), variantKey]),
  };
  const value = await signToken(secrets, PURPOSE, payload, visit.atMs + LIFETIME_MS);
  return setCookie({ name: NAME, value, shortCode: visit.shortCode, lifetimeMs: LIFETIME_MS, secure });
}

/** Names of rules are up to 120 characters and nobody else's business. */
const shortName = (rule: string): string => sha256(rule, 'base64url').slice(0, 8);
