import { ROUTE_TABLE } from '#functions/api/routes.ts';
import type { Route } from '#functions/http/route.ts';
import { createKey } from '#shared/credentials/api-key.ts';
import { SCOPES } from '#shared/workspaces/workspace.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { type Owner, REQUESTS, type SampleRequest } from '#test/fixtures/requests.ts';
import { openApi } from '#test/support/api.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { signatureHeaders } from '#test/support/conversions.ts';

/** No refusal is longer, however long the request is. */
const MAX_REFUSAL_BYTES = 2_500;

const LONG = 'x'.repeat(60_000);
const manyNames = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`unknown-${n}`, n]));

/** Values that some rule will refuse, too long to be told again. */
const VALUES: unknown[] = [
  LONG,
  [LONG],
  Array.from({ length: 20_000 }, () => 'x'),
  { [LONG]: LONG },
  manyNames,
  `2020-01-01T00:00:00.${'1'.repeat(60_000)}Z`,
  `https://example.com/${LONG}`,
  `${'a'.repeat(60_000)}.example`,
  `💥${'💥'.repeat(30_000)}`,
  '\u0000'.repeat(30_000),
  Number('9'.repeat(300)),
];

let api: Awaited<ReturnType<typeof openApi>>;
let owner: Owner;
let apiKey: string;

beforeAll(async () => {
  api = await openApi();
  const credentials = await api.bootstrap('owner.example.com');
  const workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
  const { workspaceId } = credentials;
  await workspaces.setSettings(workspaceId, { exportRequestsAMinute: 1_000_000 });
  apiKey = (await createKey(workspaces, { workspaceId, scopes: SCOPES, nowMs: Date.now() })).text;
  owner = {
    ...credentials,
    send: async (method, request) => JSON.parse((await send({ method }, request)).text),
  };
});

type Sent = { method: string; function?: Route<never>['function'] };

function send({ method, function: served = 'api' }: Sent, { path, query, headers, body }: SampleRequest) {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return api.call(
    {
      method,
      path,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
        ...headers,
        ...(path.startsWith('/api/conversions') ? signatureHeaders(owner.conversionSecret, text ?? '') : {}),
      },
      ...(query === undefined ? {} : { query }),
      ...(text === undefined ? {} : { body: text }),
    },
    served,
  );
}

/** The sample with each of its parts in turn far too long. */
function longer(sample: SampleRequest, { query, body }: Route<never>): SampleRequest[] {
  const names = Object.keys((query as { shape?: object } | undefined)?.shape ?? {});
  const params = (entries: [string, string][]) => new URLSearchParams(entries).toString();
  const members = typeof sample.body === 'object' && !Buffer.isBuffer(sample.body) ? sample.body : {};
  const fields = [
    ...Object.keys(members),
    ...Object.keys((body as { shape?: object } | undefined)?.shape ?? {}),
  ];
  return [
    { ...sample, query: params(Object.entries(manyNames).map(([name, value]) => [name, String(value)])) },
    { ...sample, query: params([[LONG, LONG]]) },
    ...names.map((name) => ({ ...sample, query: params([[name, LONG]]) })),
    ...names.map((name) => ({ ...sample, query: params(Array.from({ length: 9_000 }, () => [name, 'x'])) })),
    { ...sample, path: `${sample.path}/${LONG}` },
    ...(sample.path.match(/[0-9a-f-]{36}/g) ?? []).map((id) => ({
      ...sample,
      path: sample.path.replace(id, LONG),
    })),
    {
      ...sample,
      headers: { 'idempotency-key': LONG, 'content-type': `text/${LONG}`, prefer: `respond-async, ${LONG}` },
    },
    { ...sample, headers: { 'content-encoding': LONG } },
    { ...sample, headers: { authorization: `Bearer ${LONG}` } },
    { ...sample, headers: { authorization: `Bearer a.${LONG}.b` } },
    ...(body === undefined
      ? []
      : [
          ...VALUES.map((value) => ({ ...sample, body: JSON.stringify(value) })),
          { ...sample, body: `{"${LONG}":1,"${LONG}":2}` },
          { ...sample, body: `[${LONG}` },
          { ...sample, body: { ...members, ...manyNames } },
          ...[...new Set(fields)].flatMap((name) =>
            VALUES.map((value) => ({ ...sample, body: { ...members, [name]: value } })),
          ),
        ]),
  ];
}

const known = ROUTE_TABLE.map((route) => [`${route.method} ${route.path}`, route] as const);

test.each(known)('no refusal of %s grows with the request', async (name, route) => {
  const sample = await REQUESTS[name]!.request(owner);
  for (const request of longer(sample, route)) {
    const { status, text } = await send(route, request);
    const shown = JSON.stringify(request).slice(0, 400);
    expect({ shown, status, accident: status >= 500 }).toMatchObject({ accident: false });
    if (status >= 400)
      expect({ shown, text, long: text.length > MAX_REFUSAL_BYTES }).toMatchObject({ long: false });
  }
});

test('a method is not told again in full', async () => {
  const { status, text } = await send({ method: LONG }, { path: '/api/v1/links' });
  expect({ status, long: text.length > MAX_REFUSAL_BYTES }).toEqual({ status: 405, long: false });
});

describe('the result of a row', () => {
  test.each(VALUES.filter((value) => typeof value === 'string'))(
    'of an import does not grow with it (%#)',
    async (value) => {
      for (const column of [
        'short_code',
        'tags',
        'expires_at',
        'domain',
        'custom_query_params',
        'routing_rules',
        'status',
      ]) {
        const csv = `destination_url,${column}\nhttps://example.com/,"${value}"\n"${value}",\n`;
        const { status, text } = await send(
          { method: 'POST' },
          { path: '/api/v1/links/import', headers: { 'content-type': 'text/csv' }, body: csv },
        );
        expect({ column, status, length: text.length < 2 * MAX_REFUSAL_BYTES }).toEqual({
          column,
          status: 200,
          length: true,
        });
      }
    },
  );

  test.each(VALUES)('of a bulk does not grow with it (%#)', async (value) => {
    const row = { client_row_id: 'a', idempotency_key: 'a', long_url: 'https://example.com/' };
    const { domain_id } = { domain_id: owner.domainId };
    const items = [
      'client_row_id',
      'idempotency_key',
      'long_url',
      'custom_slug',
      'expires_at',
      'forward_query',
    ].map((name, n) => ({ ...row, idempotency_key: `${n}`, [name]: value }));
    for (const item of items) {
      const { status, text } = await send(
        { method: 'POST' },
        { path: '/api/shorten/bulk', body: { domain_id, items: [item] } },
      );
      if (status !== 413)
        expect({ status, length: text.length < MAX_REFUSAL_BYTES }).toEqual({ status: 200, length: true });
    }
  });
});
