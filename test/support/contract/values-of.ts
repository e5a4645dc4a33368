import fc from 'fast-check';
import { merged, type Schema } from './schema.ts';

/** How values are made beside what a schema says. */
export type Making = {
  resolve(schema: Schema): Schema;
  /** Things that are there, by the name of what names them; undefined where nothing of that name is known. */
  known(name: string): fc.Arbitrary<unknown> | undefined;
};

/**
 * Values that a schema allows, or nearly: where it says more than is followed here, its reader sorts them out.
 * @param name  of the member or parameter, for what is known by name
 */
export function valuesOf(schema: Schema, making: Making, name = ''): fc.Arbitrary<unknown> {
  const whole = making.resolve(schema);
  const ways: fc.WeightedArbitrary<unknown>[] = [{ arbitrary: madeFrom(whole, making, name), weight: 3 }];
  const known = isLeaf(whole) ? making.known(name) : undefined;
  if (known) ways.push({ arbitrary: known, weight: 20 });
  const shown = [...(whole.examples ?? []), ...('default' in whole ? [whole.default] : [])];
  if (whole.example !== undefined) shown.push(whole.example);
  if (shown.length > 0) ways.push({ arbitrary: fc.constantFrom(...shown), weight: 3 });
  return ways.length === 1 ? ways[0]!.arbitrary : fc.oneof(...ways);
}

const isLeaf = ({ type, anyOf }: Schema): boolean =>
  anyOf === undefined && type !== 'object' && type !== 'array' && type !== 'null';

function madeFrom(schema: Schema, making: Making, name: string): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const { anyOf, oneOf, allOf, ...beside } = schema;
  if (allOf) {
    const all = allOf.reduce((whole, part) => merged(whole, making.resolve(part)), beside as Schema);
    return valuesOf(all, making, name);
  }
  const branches = anyOf ?? oneOf;
  if (branches) {
    return fc.oneof(
      ...branches.map((branch) => valuesOf(merged(beside, making.resolve(branch)), making, name)),
    );
  }
  const types = schema.type === undefined ? [undefined] : [schema.type].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, making, name)));
}

function ofType(
  type: string | undefined,
  schema: Schema,
  making: Making,
  name: string,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return objects(schema, making);
    case 'array':
      return arrays(schema, making, name);
    case 'string':
      return strings(schema);
    case 'integer':
      return numbers(schema).map(Math.round);
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** Names that are members of every object in JavaScript, and none in JSON. */
const INHERITED = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];

function objects(schema: Schema, making: Making): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties, propertyNames, maxProperties } = schema;
  const made = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, valuesOf(member, making, name)]),
  );
  const members = someOf(made, new Set(required));
  if (typeof additionalProperties !== 'object') return members;
  const names = fc.oneof(
    { arbitrary: valuesOf(propertyNames ?? { type: 'string' }, making) as fc.Arbitrary<string>, weight: 4 },
    { arbitrary: fc.constantFrom(...INHERITED), weight: 1 },
  );
  const more = fc.dictionary(names, valuesOf(additionalProperties, making), {
    maxKeys: Math.min(maxProperties ?? 5, 5),
  });
  // Copied, so that a name that is a member of every object becomes one of this one.
  return fc.tuple(members, more).map(([own, others]) => ({ ...others, ...own }));
}

/** Objects with all required members and a few of the others, or with any of them. */
export function someOf(
  made: Record<string, fc.Arbitrary<unknown>>,
  required: ReadonlySet<string>,
): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(made);
  const requiredKeys = names.filter((name) => required.has(name));
  const others = names.filter((name) => !required.has(name));
  const few = fc
    .subarray(others, { maxLength: Math.min(2, others.length) })
    .chain((some) =>
      fc.record(Object.fromEntries([...requiredKeys, ...some].map((name) => [name, made[name]!]))),
    );
  return fc.oneof({ arbitrary: few, weight: 2 }, { arbitrary: fc.record(made, { requiredKeys }), weight: 1 });
}

function arrays(schema: Schema, making: Making, name: string): fc.Arbitrary<unknown> {
  const { items = {}, minItems = 0, maxItems = 6, uniqueItems = false } = schema;
  const values = valuesOf(items, making, name);
  const maxLength = Math.max(minItems, Math.min(maxItems, 6));
  const bounds = { minLength: minItems, maxLength };
  return uniqueItems
    ? fc.uniqueArray(values, { ...bounds, selector: (value) => JSON.stringify(value) })
    : fc.array(values, bounds);
}

function numbers({ minimum, maximum }: Schema): fc.Arbitrary<number> {
  const bounds = [minimum, maximum].filter((bound) => bound !== undefined);
  const within = fc.double({
    noNaN: true,
    noDefaultInfinity: true,
    min: minimum ?? -1e9,
    max: maximum ?? 1e9,
  });
  return fc.oneof(within, fc.constantFrom(...bounds, 0, 1, 1e-300, -5e-324));
}

/** Characters that something on the way reads as more than themselves, or that take more room than one. */
const CHARACTERS = [
  ...'aZ09 -_.,;:=+@\'"<>/\\%&#?|{}[]()',
  'é',
  'e\u0301',
  '漢',
  '😀',
  '\u200b',
  '\u202e',
  '\ufeff',
  '\u00a0',
  '\u2028',
  '\t',
  '\n',
  '\u0000',
  '\u007f',
  '\u0958',
];

function strings({ pattern, format, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date') return dates;
  if (format === 'date-time') return instants;
  const longest = maxLength ?? 40;
  const unit = fc.constantFrom(...CHARACTERS);
  const plain = fc.oneof(
    { weight: 4, arbitrary: fc.string({ minLength, maxLength: longest }) },
    {
      weight: 3,
      arbitrary: fc
        .array(unit, { minLength, maxLength: Math.max(minLength, Math.min(longest, 12)) })
        .map((all) => all.join('')),
    },
    { weight: 1, arbitrary: fc.constantFrom('a', ' ', '😀', '漢').map((one) => one.repeat(longest)) },
  );
  if (pattern === undefined) return plain;
  const regex = new RegExp(pattern, 'u');
  // Patterns that only shut characters out: what is shut out is left away.
  if (!generable(pattern)) return plain.map((text) => [...text].filter((one) => regex.test(one)).join(''));
  return fc.stringMatching(regex);
}

/** The generator at hand knows neither look-ahead nor classes of Unicode. */
const generable = (pattern: string): boolean => !/\(\?[=!<]|\\[pP]\{/.test(pattern);

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** Mostly of these days, else of any year that can be written. */
const moments = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: -400 * DAY_MS, max: 400 * DAY_MS }).map((ms) => Date.now() + ms),
  },
  { weight: 1, arbitrary: fc.integer({ min: -2_000 * YEAR_MS, max: 8_000 * YEAR_MS }).map((ms) => 0 + ms) },
);

const isoOf = (ms: number): string =>
  new Date(Math.min(Math.max(ms, Date.UTC(-1, 0)), Date.UTC(9999, 11, 31, 23, 59, 59, 999))).toISOString();
const written = (iso: string): string => (iso.startsWith('-') ? `0000${iso.slice(7)}` : iso);

const dates = fc.oneof(
  { weight: 8, arbitrary: moments.map((ms) => written(isoOf(ms)).slice(0, 10)) },
  { weight: 1, arbitrary: fc.constantFrom('0000-01-01', '0001-01-01', '9999-12-31', '2024-02-29') },
);

const OFFSETS = ['Z', '+00:00', '+05:30', '-08:00', '+23:59', '-23:59'];
const instants = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(moments, fc.constantFrom(...OFFSETS))
      .map(([ms, offset]) => written(isoOf(ms)).replace('Z', offset)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0000-01-01T00:00:00+00:01',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      '9999-12-31T23:59:59-00:01',
      '9999-12-31T23:59:59.999999999Z',
      '2026-06-30T23:59:59.123456789+02:00',
    ),
  },
);
