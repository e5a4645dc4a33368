import fc from 'fast-check';
import { evaluateRules, isWithin, type RuleVisit } from '#shared/links/rules/evaluate-rules.ts';
import type { RoutingRule, RuleConditions, TimeWindow } from '#shared/links/rules/routing-rule.ts';

const ANY: RuleConditions = { countryIn: [], deviceTypeIn: [], deviceOsIn: [], timeWindows: [] };

const visit = (over: Partial<RuleVisit> = {}): RuleVisit => ({
  atMs: Date.parse('2026-05-04T12:00:00Z'),
  countryCode: 'DE',
  deviceCategory: 'mobile',
  deviceOs: 'ios',
  picks: new Map(),
  draw: () => 0,
  ...over,
});

const to = (
  destinationUrl: string,
  conditions: Partial<RuleConditions> = {},
  { enabled = true } = {},
): RoutingRule => ({
  name: destinationUrl,
  enabled,
  conditions: { ...ANY, ...conditions },
  actionType: 'destination_override',
  destinationUrl,
});

const split = (weights: Record<string, number>, name = 'split'): RoutingRule => ({
  name,
  enabled: true,
  conditions: ANY,
  actionType: 'ab_split',
  variants: Object.entries(weights).map(([key, weight]) => ({
    key,
    weight,
    destinationUrl: `https://example.com/${key}`,
  })),
});

const destination = (rules: RoutingRule[], over: Partial<RuleVisit> = {}) =>
  evaluateRules(rules, visit(over))?.destinationUrl;

describe('conditions', () => {
  test('no rules lead nowhere', () => expect(evaluateRules([], visit())).toBeUndefined());

  test('a rule that is not enabled never matches', () => {
    expect(destination([to('https://a.example', {}, { enabled: false })])).toBeUndefined();
  });

  test.each([
    ['another country', { countryIn: ['US', 'FR'] }],
    ['another kind of device', { deviceTypeIn: ['tablet', 'desktop'] }],
    ['another system', { deviceOsIn: ['android'] }],
    ['another time', { timeWindows: [{ timezone: 'UTC', days: ['mon'], start: '12:01', end: '13:00' }] }],
    ['one condition of several that fails', { countryIn: ['DE'], deviceOsIn: ['android'] }],
  ] as [string, Partial<RuleConditions>][])('%s is no match', (_, conditions) => {
    expect(destination([to('https://a.example', conditions)])).toBeUndefined();
  });

  test('what is not known of a visit matches only rules that do not ask for it', () => {
    const unknown = { countryCode: null, deviceCategory: null, deviceOs: 'other' };
    expect(destination([to('https://a.example', { countryIn: ['DE'] })], unknown)).toBeUndefined();
    expect(destination([to('https://a.example', { deviceTypeIn: ['mobile'] })], unknown)).toBeUndefined();
    expect(destination([to('https://a.example')], unknown)).toBe('https://a.example');
  });

  test('all conditions that hold make a match', () => {
    const conditions: Partial<RuleConditions> = {
      countryIn: ['AT', 'DE'],
      deviceTypeIn: ['mobile'],
      deviceOsIn: ['ios'],
      timeWindows: [{ timezone: 'UTC', days: [], start: '11:00', end: '12:01' }],
    };
    expect(destination([to('https://a.example', conditions)])).toBe('https://a.example');
  });

  test('the first enabled rule that matches wins, whatever follows', () => {
    const rules = [
      to('https://off.example', {}, { enabled: false }),
      to('https://us.example', { countryIn: ['US'] }),
      to('https://first.example'),
      to('https://second.example'),
    ];
    expect(destination(rules)).toBe('https://first.example');
  });

  test('property: the rule that wins matches by itself, and no enabled rule before it does', () => {
    const conditions = fc.record({
      countryIn: fc.subarray(['DE', 'US', 'FR']),
      deviceTypeIn: fc.subarray(['mobile', 'tablet', 'desktop'] as const),
      deviceOsIn: fc.subarray(['ios', 'android', 'other']),
      timeWindows: fc.constant([]),
    });
    const rule = fc.tuple(conditions, fc.boolean());
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 8 }),
        fc.constantFrom('DE', 'US', null),
        fc.constantFrom('mobile', 'desktop', null),
        (made, countryCode, deviceCategory) => {
          const rules = made.map(([wanted, enabled], n) => to(`https://${n}.example`, wanted, { enabled }));
          const seen = { countryCode, deviceCategory };
          const won = rules.findIndex(({ name }) => name === destination(rules, seen));
          const alone = rules.map((one) => destination([one], seen) !== undefined);
          expect(won).toBe(alone.indexOf(true));
        },
      ),
    );
  });
});

describe('time windows', () => {
  const at = (iso: string, window: Partial<TimeWindow>) =>
    isWithin({ timezone: 'UTC', days: [], start: '00:00', end: '00:00', ...window }, Date.parse(iso));

  test('a zone that does not exist never matches', () => {
    expect(at('2026-05-04T12:00:00Z', { timezone: 'Mars/Olympus' })).toBe(false);
  });

  test('the start is inside, the end is not', () => {
    const window = { start: '09:00', end: '17:00' };
    expect(at('2026-05-04T08:59:59.999Z', window)).toBe(false);
    expect(at('2026-05-04T09:00:00.000Z', window)).toBe(true);
    expect(at('2026-05-04T16:59:59.999Z', window)).toBe(true);
    expect(at('2026-05-04T17:00:00.000Z', window)).toBe(false);
  });

  test('the first hour of a day is one', () => {
    const window = { start: '00:00', end: '01:00' };
    expect(at('2026-05-03T23:59:59.999Z', window)).toBe(false);
    expect(at('2026-05-04T00:00:00.000Z', window)).toBe(true);
    expect(at('2026-05-04T00:59:59.999Z', window)).toBe(true);
  });

  test('days are those of the zone, not of UTC', () => {
    // Sunday 23:30 UTC is Monday 08:30 in Tokyo.
    expect(at('2026-05-03T23:30:00Z', { timezone: 'Asia/Tokyo', days: ['sun'] })).toBe(false);
    expect(at('2026-05-03T23:30:00Z', { timezone: 'Asia/Tokyo', days: ['mon'] })).toBe(true);
  });

  test('a window over midnight counts to the day it began', () => {
    const window: Partial<TimeWindow> = { days: ['fri'], start: '22:00', end: '02:00' };
    expect(at('2026-05-08T21:59:00Z', window)).toBe(false);
    expect(at('2026-05-08T22:00:00Z', window)).toBe(true);
    expect(at('2026-05-09T01:59:00Z', window)).toBe(true);
    expect(at('2026-05-09T02:00:00Z', window)).toBe(false);
    // Friday 01:00 belongs to the window that began on Thursday.
    expect(at('2026-05-08T01:00:00Z', window)).toBe(false);
  });

  test('the week ends on a Sunday and its night reaches into Monday', () => {
    const window: Partial<TimeWindow> = { days: ['sun'], start: '22:00', end: '02:00' };
    expect(at('2026-05-11T01:00:00Z', window)).toBe(true);
    expect(at('2026-05-10T01:00:00Z', window)).toBe(false);
  });

  test('equal start and end are a whole day from there on', () => {
    const window: Partial<TimeWindow> = { days: ['mon'], start: '06:00', end: '06:00' };
    expect(at('2026-05-04T05:59:00Z', window)).toBe(false);
    expect(at('2026-05-04T06:00:00Z', window)).toBe(true);
    expect(at('2026-05-05T05:59:00Z', window)).toBe(true);
    expect(at('2026-05-05T06:00:00Z', window)).toBe(false);
  });

  test('clocks go forward: the window follows the wall clock', () => {
    // Berlin, 29 March 2026: 02:00 CET becomes 03:00 CEST at 01:00 UTC.
    const window = { timezone: 'Europe/Berlin', start: '03:00', end: '04:00' };
    expect(at('2026-03-28T01:30:00Z', window)).toBe(false);
    expect(at('2026-03-28T02:30:00Z', window)).toBe(true);
    expect(at('2026-03-29T00:59:00Z', window)).toBe(false);
    expect(at('2026-03-29T01:00:00Z', window)).toBe(true);
    expect(at('2026-03-29T02:00:00Z', window)).toBe(false);
  });

  test('an hour that the clocks skip has no instants', () => {
    const window = { timezone: 'Europe/Berlin', start: '02:00', end: '03:00' };
    const minutes = Array.from(
      { length: 24 * 60 },
      (_, n) => Date.parse('2026-03-28T23:00:00Z') + n * 60_000,
    );
    expect(minutes.filter((ms) => at(new Date(ms).toISOString(), window))).toEqual([]);
  });

  test('an hour that the clocks repeat counts twice', () => {
    // Berlin, 25 October 2026: 03:00 CEST becomes 02:00 CET at 01:00 UTC.
    const window = { timezone: 'Europe/Berlin', start: '02:00', end: '03:00' };
    expect(at('2026-10-25T00:30:00Z', window)).toBe(true);
    expect(at('2026-10-25T01:30:00Z', window)).toBe(true);
    expect(at('2026-10-25T02:30:00Z', window)).toBe(false);
  });

  test('property: where zones stand still, a window and its complement share the day between them', () => {
    const time = fc
      .integer({ min: 0, max: 24 * 60 - 1 })
      .map((m) => `${String(Math.trunc(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
    const zone = fc.constantFrom(
      'UTC',
      'Asia/Kolkata',
      'Asia/Tokyo',
      'America/Phoenix',
      'Pacific/Kiritimati',
    );
    fc.assert(
      fc.property(
        time,
        time,
        zone,
        fc.integer({ min: 0, max: 7 * 86_400_000 }),
        (start, end, timezone, after) => {
          fc.pre(start !== end);
          const atMs = Date.parse('2026-05-04T00:00:00Z') + after;
          const window = { timezone, days: [], start, end };
          expect(isWithin(window, atMs)).not.toBe(isWithin({ ...window, start: end, end: start }, atMs));
        },
      ),
    );
  });

  test('property: the windows of the seven days that share their times never overlap', () => {
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
        fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-01-01T00:00:00Z') }),
        (timezone, atMs) => {
          const windows = days.map((day) => ({ timezone, days: [day], start: '20:00', end: '20:00' }));
          expect(windows.filter((window) => isWithin(window, atMs))).toHaveLength(1);
        },
      ),
    );
  });
});

describe('deep links', () => {
  const rule: RoutingRule = {
    name: 'app',
    enabled: true,
    conditions: ANY,
    actionType: 'deep_link',
    ios: 'shop://ios',
    android: null,
    fallbackUrl: 'https://example.com/get',
  };

  test('a system without an app link gets the fallback', () => {
    for (const deviceOs of ['android', 'windows', 'other']) {
      expect(destination([rule], { deviceOs })).toBe('https://example.com/get');
    }
  });

  test('each system gets its own', () => {
    expect(destination([rule], { deviceOs: 'ios' })).toBe('shop://ios');
    expect(destination([{ ...rule, android: 'shop://droid' }], { deviceOs: 'android' })).toBe('shop://droid');
  });
});

describe('splits', () => {
  test('a variant that no longer exists, or has no weight any more, is drawn anew', () => {
    const rules = [split({ a: 0, b: 100 })];
    for (const known of ['gone', 'a', '__proto__']) {
      const route = evaluateRules(rules, visit({ picks: new Map([['split', known]]) }));
      expect(route).toMatchObject({ variantKey: 'b', pick: { rule: 'split', variantKey: 'b' } });
    }
  });

  test('a pick of another rule counts for nothing', () => {
    const route = evaluateRules([split({ a: 50, b: 50 })], visit({ picks: new Map([['other', 'b']]) }));
    expect(route?.variantKey).toBe('a');
  });

  test('a visitor keeps the variant, whatever is drawn and however weights change', () => {
    const picks = new Map([['split', 'b']]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (b, drawn) => {
          const route = evaluateRules([split({ a: 100 - b, b })], visit({ picks, draw: () => drawn }));
          expect(route).toEqual({ destinationUrl: 'https://example.com/b', variantKey: 'b' });
        },
      ),
    );
  });

  test('property: evenly spread draws give each variant its weight exactly', () => {
    const weights = fc
      .array(fc.nat({ max: 50 }), { minLength: 2, maxLength: 10 })
      .filter((parts) => parts.some((part) => part > 0));
    fc.assert(
      fc.property(weights, (parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0);
        const rule = split(Object.fromEntries(parts.map((part, n) => [`v${n}`, part])));
        const counts = parts.map(() => 0);
        for (let n = 0; n < total; n += 1) {
          const route = evaluateRules([rule], visit({ draw: () => (n + 0.5) / total }));
          counts[Number(route!.variantKey!.slice(1))]! += 1;
        }
        expect(counts).toEqual(parts);
      }),
    );
  });

  test('the greatest number that can be drawn still falls on a variant', () => {
    const route = evaluateRules([split({ a: 30, b: 70 })], visit({ draw: () => 1 - Number.EPSILON / 2 }));
    expect(route?.variantKey).toBe('b');
  });
});
