import { parseRules, ruleDestinations } from '#shared/links/rules/parse-rules.ts';
import type { Problem } from '#shared/problem.ts';

const override = (members: object = {}) => ({
  name: 'US mobile users',
  enabled: true,
  actionType: 'destination_override',
  conditions: { countryIn: ['US'], deviceTypeIn: ['mobile'], deviceOsIn: [], timeWindows: [] },
  destinationUrl: 'https://example.com/us-mobile',
  ...members,
});
const variant = (key: string, weight: number) => ({
  key,
  weight,
  destinationUrl: `https://example.com/${key}`,
});
const split = (variants: unknown, name = 'Test') => ({ name, actionType: 'ab_split', variants });
const deepLink = (members: object = {}) => ({
  name: 'App',
  actionType: 'deep_link',
  ios: 'myapp://products/1',
  fallbackUrl: 'https://example.com/app',
  ...members,
});
const window = (members: object = {}) => ({
  conditions: {
    timeWindows: [{ timezone: 'Europe/Berlin', days: ['mon'], start: '09:00', end: '17:00', ...members }],
  },
});

const refusal = (...rules: unknown[]): Problem => {
  try {
    parseRules(rules);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('the rules were taken');
};

test.each([
  ['no object', 'rule', 'rules[0]'],
  ['no name', override({ name: undefined }), 'rules[0].name'],
  ['an empty name', override({ name: ' ' }), 'rules[0].name'],
  ['a line end in the name', override({ name: 'a\nb' }), 'rules[0].name'],
  ['an unknown action', override({ actionType: 'redirect' }), 'rules[0].actionType'],
  ['no destination', override({ destinationUrl: undefined }), 'rules[0].destinationUrl'],
  ['a number as enabled', override({ enabled: 1 }), 'rules[0].enabled'],
  ['no country', override({ conditions: { countryIn: ['XX1'] } }), 'rules[0].conditions.countryIn[0]'],
  ['an unknown country', override({ conditions: { countryIn: ['QX'] } }), 'rules[0].conditions.countryIn[0]'],
  [
    'an unknown device',
    override({ conditions: { deviceTypeIn: ['tv'] } }),
    'rules[0].conditions.deviceTypeIn[0]',
  ],
  [
    'an unknown system',
    override({ conditions: { deviceOsIn: ['beos'] } }),
    'rules[0].conditions.deviceOsIn[0]',
  ],
  ['a bad zone', override(window({ timezone: 'Mars/Base' })), 'rules[0].conditions.timeWindows[0].timezone'],
  ['a bad day', override(window({ days: ['someday'] })), 'rules[0].conditions.timeWindows[0].days[0]'],
  ['a time without a zero', override(window({ start: '9:00' })), 'rules[0].conditions.timeWindows[0].start'],
  ['a time past the day', override(window({ end: '24:00' })), 'rules[0].conditions.timeWindows[0].end'],
  ['one variant', split([variant('a', 100)]), 'rules[0].variants'],
  [
    'eleven variants',
    split(Array.from({ length: 11 }, (_, n) => variant(`v${n}`, n < 9 ? 10 : 5))),
    'rules[0].variants',
  ],
  ['weights that come to 90', split([variant('a', 50), variant('b', 40)]), 'rules[0].variants'],
  ['half a weight', split([variant('a', 49.5), variant('b', 50.5)]), 'rules[0].variants[0].weight'],
  ['a negative weight', split([variant('a', 150), variant('b', -50)]), 'rules[0].variants[0].weight'],
  [
    'a weight as text',
    split([{ ...variant('a', 0), weight: '50' }, variant('b', 50)]),
    'rules[0].variants[0].weight',
  ],
  ['one key twice', split([variant('a', 50), variant('a', 50)]), 'rules[0].variants'],
  ['a key with a space', split([variant('a b', 50), variant('b', 50)]), 'rules[0].variants[0].key'],
  ['a deep link to nowhere', deepLink({ ios: null }), 'rules[0].ios'],
  ['a deep link without fallback', deepLink({ fallbackUrl: undefined }), 'rules[0].fallbackUrl'],
])('%s is no rule', (_what, rule, field) => {
  expect(refusal(rule)).toMatchObject({ code: 'invalid_rules', status: 422, field });
});

test.each([
  'javascript:alert(1)',
  'JavaScript://x/%0aalert(1)',
  'javascript://x/%0aalert(1)',
  'vbscript://x',
  'data://text/html,x',
  'data:text/html,x',
  'file:///etc/passwd',
  'blob://x',
  'intent://x#Intent;S.browser_fallback_url=https%3A%2F%2Fexample.org;end',
  'view-source://x',
  'http://example.com',
  'ws://example.com',
  'myapp:products',
  'myapp://a b',
  'myapp://a"b',
  'myapp://<script>',
  'myapp://a\nb',
  'myapp://\u200b',
  ' myapp://a',
  'm',
  '',
  `myapp://${'a'.repeat(2_048)}`,
])('an app link %j is refused', (url) => {
  expect(refusal(deepLink({ android: url }))).toMatchObject({
    code: 'invalid_rules',
    field: 'rules[0].android',
  });
});

test('an unknown field of a rule is named, as in any body', () => {
  expect(refusal(override({ url: 'x' }))).toMatchObject({ code: 'invalid_request', field: 'rules[0].url' });
  expect(refusal(override({ conditions: { cityIn: [] } }))).toMatchObject({
    code: 'invalid_request',
    field: 'rules[0].conditions.cityIn',
  });
});

test('fifty rules are allowed, fifty-one are not', () => {
  expect(parseRules(Array(50).fill(override()))).toHaveLength(50);
  expect(refusal(...Array(51).fill(override()))).toMatchObject({ code: 'invalid_rules', field: 'rules' });
});

test('more than 64 kB of rules are refused', () => {
  const long = override({ destinationUrl: `https://example.com/${'a'.repeat(1_900)}` });
  expect(refusal(...Array(40).fill(long))).toMatchObject({ code: 'invalid_rules', field: 'rules' });
});

test('two splits of one name are refused: visitors are remembered by it', () => {
  const variants = [variant('a', 50), variant('b', 50)];
  expect(refusal(split(variants), split(variants))).toMatchObject({ code: 'invalid_rules' });
  expect(parseRules([split(variants, 'One'), split(variants, 'Two')])).toHaveLength(2);
});

test('what is left out matches anything, and names take their usual spelling', () => {
  const [plain, told] = parseRules([
    { name: ' Plain ', actionType: 'destination_override', destinationUrl: 'https://example.com/' },
    override({ conditions: { countryIn: ['de', 'uk'], deviceTypeIn: ['Mobile'], deviceOsIn: ['iOS'] } }),
  ]);
  expect(plain).toEqual({
    name: 'Plain',
    enabled: true,
    conditions: { countryIn: [], deviceTypeIn: [], deviceOsIn: [], timeWindows: [] },
    actionType: 'destination_override',
    destinationUrl: 'https://example.com/',
  });
  expect(told!.conditions).toMatchObject({
    countryIn: ['DE', 'GB'],
    deviceTypeIn: ['mobile'],
    deviceOsIn: ['ios'],
  });
});

test('every web destination is listed with its field, app links are not', () => {
  const rules = parseRules([
    override(),
    split([variant('a', 100), variant('b', 0)]),
    deepLink({ android: 'https://10.0.0.1/' }),
  ]);
  expect(ruleDestinations(rules)).toEqual([
    { field: 'rules[0].destinationUrl', url: 'https://example.com/us-mobile' },
    { field: 'rules[1].variants[0].destinationUrl', url: 'https://example.com/a' },
    { field: 'rules[1].variants[1].destinationUrl', url: 'https://example.com/b' },
    { field: 'rules[2].fallbackUrl', url: 'https://example.com/app' },
    { field: 'rules[2].android', url: 'https://10.0.0.1/' },
  ]);
});
