import type { RuleRoute } from '#shared/links/evaluate-rules.ts';
import type { SlugLink } from '#shared/links/link.ts';
import type { Secrets } from '#shared/workspaces/secrets.ts';
import { openToken, signToken } from '#shared/workspaces/signed-token.ts';
import { cookieValues, setCookie } from './cookies.ts';
import type { Visit } from './visit.ts';

const NAME = 'slugline_variant';
const PURPOSE = 'variant';
const LIFETIME_MS = 30 * 86_400_000;

type Payload = { urlId: string; picks: [rule: string, variantKey: string][] };

type Picked = { picks: ReadonlyMap<string, string>; pick: NonNullable<RuleRoute['pick']>; secure: boolean };

/** The variants that a visitor was given for this link before, by the name of the rule. */
export async function readPicks(
  secrets: Secrets,
  visit: Visit,
  link: Pick<SlugLink, 'urlId'>,
): Promise<ReadonlyMap<string, string>> {
  for (const value of cookieValues(visit.cookies, NAME)) {
    const payload = await openToken<Payload>(secrets, PURPOSE, value, visit.atMs);
    if (payload?.urlId === link.urlId) return new Map(payload.picks);
  }
  return new Map();
}

/** The cookie that makes a new pick last, beside those for other rules of the link that still exist. */
export async function pickCookie(
  secrets: Secrets,
  visit: Visit,
  link: Pick<SlugLink, 'urlId' | 'routingRules'>,
  { picks, pick, secure }: Picked,
): Promise<string> {
  const { rule, variantKey } = pick;
  const rules = new Set(link.routingRules.map(({ name }) => name));
  const kept = [...picks].filter(([name]) => rules.has(name) && name !== rule);
  const payload: Payload = { urlId: link.urlId, picks: [...kept, [rule, variantKey]] };
  const value = await signToken(secrets, PURPOSE, payload, visit.atMs + LIFETIME_MS);
  return setCookie({ name: NAME, value, shortCode: visit.shortCode, lifetimeMs: LIFETIME_MS, secure });
}
