import * as z from 'zod';
import { bulkItem } from '#functions/api/links/schemas.ts';
import { ROUTE_TABLE } from '#functions/api/routes.ts';
import { EXPORT_KIND_NAMES, exportKind } from '#shared/exports/kinds/kinds.ts';
import { validate } from '#shared/input/validate.ts';
import { routingRules } from '#shared/links/rules/parse-rules.ts';
import { Problem } from '#shared/problem.ts';

/** Values of which every field takes few. */
const VALUES: unknown[] = [
  undefined,
  null,
  'x y',
  '',
  'yesterday',
  '2026-02-30',
  'x'.repeat(3_000),
  5,
  307,
  1.5,
  -1,
  1e9,
  true,
  [],
  ['x y', 'x y'],
  [5],
  {},
  { unknown: 1 },
];

/** Shown only by whoever has no words of its own: a pattern, or Zod's last resort. */
const WORDLESS = /\\[dwpsu]|\(\?|\[\^|\/\^|\$\/|Invalid|pattern/;

const refusalOf = (schema: z.ZodType, input: unknown): string | undefined => {
  try {
    validate(schema, input, { where: 'body' });
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
};

type Shaped = { shape?: Record<string, z.ZodType> };

const schemas: [string, Shaped][] = [
  ...ROUTE_TABLE.flatMap(({ method, path, params, query, body }) =>
    [params, query, body].map((schema): [string, Shaped] => [`${method} ${path}`, (schema ?? {}) as Shaped]),
  ),
  ...EXPORT_KIND_NAMES.map((name): [string, Shaped] => [name, exportKind(name).schema as Shaped]),
  ['a row of a bulk', bulkItem],
];

const fields = schemas.flatMap(([name, { shape = {} }]) =>
  Object.entries(shape).map(([field, schema]) => [`${field} of ${name}`, field, schema] as const),
);

describe('a refusal', () => {
  test.each(fields)('of %s is a sentence', (_, field, schema) => {
    const messages = VALUES.map((value) =>
      refusalOf(z.strictObject({ [field]: schema }), { [field]: value }),
    );
    for (const message of messages.filter((said) => said !== undefined)) {
      expect(message).not.toMatch(WORDLESS);
      expect(message).toMatch(new RegExp(`^"${field}[^"]*" is not valid \\(body\\): .{8}`));
    }
  });

  test.each<[object, RegExp]>([
    [
      { actionType: 'redirect' },
      /actionType.* "destination_override", "ab_split" or "deep_link"; got "redirect"$/,
    ],
    [{ actionType: undefined }, /actionType.* "destination_override", "ab_split" or "deep_link"$/],
    [
      { unknown: 1 },
      /"unknown" is not known; allowed: name, enabled, conditions, actionType, destinationUrl$/,
    ],
    [{ conditions: { deviceTypeIn: ['tv'] } }, /it must be "mobile", "tablet" or "desktop"; got "tv"$/],
    [
      { conditions: { timeWindows: [{ timezone: 'UTC', start: '25:00', end: '1' }] } },
      /00:00 to 23:59; got "25:00"$/,
    ],
  ])('of a rule with %j names the member and what it may be', (members, message) => {
    const rule = { name: 'a', actionType: 'destination_override', destinationUrl: 'https://a.example/' };
    expect(refusalOf(z.object({ rules: routingRules }), { rules: [{ ...rule, ...members }] })).toMatch(
      message,
    );
  });

  test('of a redirect code names both that are allowed', () => {
    const [, , schema] = fields.find(([name]) => name === 'redirect_status_code of POST /api/shorten')!;
    expect(refusalOf(schema, 307)).toMatch(/it must be 302 or 301; got 307$/);
  });
});
