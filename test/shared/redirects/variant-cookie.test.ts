import { readVisit } from '#functions/redirect/read-visit.ts';
import type { SlugLink } from '#shared/links/link.ts';
import type { RoutingRule } from '#shared/links/rules/routing-rule.ts';
import { pickCookie, readPicks } from '#shared/redirects/variant-cookie.ts';
import type { Visit } from '#shared/redirects/visit.ts';
import { NOW, slugLink, visit } from '#test/functions/redirect/open-redirect.ts';
import { memorySecrets } from '#test/support/workspaces.ts';

const secrets = memorySecrets();
const rule = (name: string): RoutingRule => ({
  name,
  enabled: true,
  conditions: { countryIn: [], deviceTypeIn: [], deviceOsIn: [], timeWindows: [] },
  actionType: 'ab_split',
  variants: [],
});
const visitWith = (cookies: string[]): Visit => readVisit(visit({ cookies }), 'GET', 'spring', NOW);

test('no cookie, no picks', async () => {
  expect(await readPicks(secrets, visitWith([]), slugLink())).toEqual(new Map());
});

const cookieOf = async (link: SlugLink, picks: Map<string, string>, rule: string, variantKey: string) => {
  const pick = { rule, variantKey };
  const cookie = await pickCookie(secrets, visitWith([]), link, { picks, pick, secure: true });
  return cookie.split(';')[0]!;
};

test('picks of rules that are gone are forgotten, others stay beside the new one', async () => {
  const before = slugLink({ routingRules: [rule('gone'), rule('kept'), rule('new')] });
  const picks = new Map([
    ['gone', 'x'],
    ['kept', 'y'],
    ['new', 'old'],
  ]);
  const cookie = await cookieOf(before, picks, 'new', 'z');
  const after = slugLink({ routingRules: [rule('kept'), rule('new')] });
  expect(Object.fromEntries(await readPicks(secrets, visitWith([cookie]), after))).toEqual({
    kept: 'y',
    new: 'z',
  });
});

test('the cookie never grows beyond what browsers take, and the newest picks are those that last', async () => {
  const names = Array.from({ length: 50 }, (_, n) => `${'ä'.repeat(118)}${n}`);
  const link = slugLink({ routingRules: names.map(rule) });
  const picks = new Map(names.slice(0, 49).map((name) => [name, 'k'.repeat(64)]));
  const cookie = await cookieOf(link, picks, names[49]!, 'newest');
  expect(cookie.length).toBeLessThan(3_600);
  const read = await readPicks(secrets, visitWith([cookie]), link);
  expect([...read.keys()]).toEqual(names.slice(-24));
  expect(read.get(names[49]!)).toBe('newest');
});

test('names out of Object.prototype are names like any other', async () => {
  const link = slugLink({ routingRules: [rule('__proto__')] });
  const cookie = await cookieOf(link, new Map(), '__proto__', 'constructor');
  const read = await readPicks(secrets, visitWith([cookie]), link);
  expect(read.get('__proto__')).toBe('constructor');
});
