type Schema = {
  $ref?: string;
  type?: string | readonly string[];
  format?: string;
  const?: unknown;
  default?: unknown;
  enum?: readonly unknown[];
  examples?: readonly unknown[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  minItems?: number;
  minimum?: number;
  not?: { required?: readonly string[] };
  /** Ours: members that an example may show though they may be left out; all of them unless given. */
  optional?: readonly string[];
};

export type Resolve = (reference: string) => object;

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '01900000-0000-7000-8000-000000000001',
  date: '2026-11-28',
  'date-time': '2026-11-28T10:00:00.000Z',
  uri: 'https://links.example.com/spring-launch',
};

/** Texts as their members usually have them. */
const BY_NAME: Readonly<Record<string, string>> = {
  campaign: 'spring',
  client_row_id: 'row-1',
  content_type: 'text/csv; charset=utf-8',
  country: 'DE',
  crc32: 'cbf43926',
  created_at: BY_FORMAT['date-time']!,
  destinationUrl: 'https://example.com/landing',
  destination_url: 'https://example.com/landing',
  domain: 'links.example.com',
  domain_name: 'links.example.com',
  event_id: 'order-1187',
  click_id: 'nimct_01KB4X0000000000000000000A',
  expires_at: '2099-12-31T23:59:59.000Z',
  fallbackUrl: 'https://example.com/landing',
  idempotency_key: 'import-7-row-1',
  medium: 'social',
  message: 'What happened, in a sentence.',
  name: 'spring-launch',
  new_slug: 'spring-launch',
  next_cursor: 'eyJ2IjoxfQ.c2lnbmF0dXJl',
  password: 'correct horse battery staple',
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  short_code: 'spring-launch',
  short_url: 'https://links.example.com/spring-launch',
  slug: 'spring-launch',
  source: 'newsletter',
  space: 'Marketing',
  tags: 'spring',
  title: 'Spring launch',
  updated_at: BY_FORMAT['date-time']!,
  workspace_name: 'Example',
};

/**
 * An example of what a JSON schema describes: its own where it has one, else made of those of its parts. Members that
 * may be left out are left out unless they have examples.
 */
export function exampleOf(schema: object, resolve: Resolve, name = ''): unknown {
  const { $ref, ...beside } = schema as Schema;
  const whole: Schema = $ref === undefined ? beside : { ...resolve($ref), ...beside };
  const own = [...(whole.examples ?? []), ...(whole.enum ?? [])];
  if (own.length > 0) return own[0];
  if ('const' in whole) return whole.const;
  if ('default' in whole) return whole.default;
  const { anyOf, oneOf, allOf, ...rest } = whole;
  if (allOf) return Object.assign({}, ...allOf.map((part) => exampleOf(part, resolve, name)));
  const branches = anyOf ?? oneOf ?? [];
  const branch = branches.find(({ type }) => type !== 'null');
  if (branch) return exampleOf(both(without(rest, branches), branch), resolve, name);
  return ofType(whole, resolve, name);
}

/** What stands beside branches, without the members that only some of them ask for. */
function without(beside: Schema, branches: readonly Schema[]): Schema {
  if (!beside.properties) return beside;
  const asked = new Set(branches.flatMap(({ required = [] }) => required));
  return { ...beside, optional: Object.keys(beside.properties).filter((name) => !asked.has(name)) };
}

/** A branch with what stands beside it. */
const both = (beside: Schema, branch: Schema): Schema => ({
  ...beside,
  ...branch,
  required: [...(beside.required ?? []), ...(branch.required ?? [])],
});

function ofType(schema: Schema, resolve: Resolve, name: string): unknown {
  const type = [schema.type].flat().find((name) => name !== 'null');
  switch (type) {
    case 'object':
      return objectOf(schema, resolve);
    case 'array':
      return schema.items ? repeated(exampleOf(schema.items, resolve, name), schema.minItems ?? 1) : [];
    case 'string':
      return BY_NAME[name] ?? BY_FORMAT[schema.format ?? ''] ?? 'text';
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, 0);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

const repeated = (value: unknown, times: number): unknown[] =>
  Array.from({ length: Math.max(1, times) }, () => value);

function objectOf(schema: Schema, resolve: Resolve): object {
  const { properties = {}, required = [], optional = Object.keys(properties), not } = schema;
  // Of members that may not stand together the first is enough.
  const clashing = not?.required?.slice(1) ?? [];
  const shown = Object.entries(properties).filter(
    ([name, { examples }]) =>
      required.includes(name) || (examples && optional.includes(name) && !clashing.includes(name)),
  );
  return Object.fromEntries(shown.map(([name, member]) => [name, exampleOf(member, resolve, name)]));
}
