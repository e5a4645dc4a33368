import { ROUTE_TABLE } from '#functions/api/routes.ts';
import type { Route } from '#functions/http/route.ts';
import { createKey } from '#shared/credentials/api-key.ts';
import type { Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { DEFAULT_SCOPES, SCOPES, type Scope } from '#shared/workspaces/workspace.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { type Owner, REQUESTS, type Sample, type SampleRequest } from '#test/fixtures/requests.ts';
import { openApi, type TestAnswer } from '#test/support/api.ts';
import { openDatabase } from '#test/support/aws-clients.ts';

type AnyRoute = Route<never>;
type Headers = Record<string, string>;

/** Adding one takes a thought: whatever these show, they show to everybody who has the link. */
const OPEN_ROUTES = ['GET /api/health', 'GET /api/openapi.json', 'GET /d/{token}'];

/** Somebody whom a route must refuse, with the status that says so. */
type Refused = {
  who: string;
  status: number;
  of(route: AnyRoute): boolean;
  headers(route: AnyRoute): Headers;
};

const wantsCredential = ({ auth }: AnyRoute) => auth === 'workspace' || auth === 'session';
const wantsScope = (route: AnyRoute) => wantsCredential(route) && route.scope !== undefined;
const wantsSession = ({ auth }: AnyRoute) => auth === 'session';
const wantsSignature = ({ auth }: AnyRoute) => auth === 'conversion';
const bearer = (text: string): Headers => ({ authorization: `Bearer ${text}` });
/** Takes away the signature of the sample. */
const UNSIGNED = { 'x-nim-signature': '', 'x-nim-timestamp': '' };

const REFUSED: Refused[] = [
  { who: 'nobody', status: 401, of: wantsCredential, headers: () => ({}) },
  { who: 'a malformed key', status: 401, of: wantsCredential, headers: () => bearer('slk_key') },
  {
    who: 'an unknown key',
    status: 401,
    of: wantsCredential,
    headers: () => bearer(`slk_${'0'.repeat(20)}_${'A'.repeat(43)}`),
  },
  { who: 'a revoked key', status: 401, of: wantsCredential, headers: () => bearer(keys.revoked) },
  {
    who: 'two different keys',
    status: 401,
    of: wantsCredential,
    headers: () => ({ ...bearer(keys.owner), 'x-api-key': keys.stranger }),
  },
  {
    who: 'the conversion secret',
    status: 401,
    of: wantsCredential,
    headers: () => bearer(credentials.conversionSecret),
  },
  {
    who: 'a session with another signature',
    status: 401,
    of: wantsCredential,
    headers: () => bearer(`${credentials.sessionToken.slice(0, -5)}AAAAA`),
  },
  { who: 'a suspended key', status: 403, of: wantsCredential, headers: () => bearer(suspended.apiKey) },
  {
    who: 'a suspended session',
    status: 403,
    of: wantsCredential,
    headers: () => bearer(suspended.sessionToken),
  },
  {
    who: 'a key with every other scope',
    status: 403,
    of: wantsScope,
    headers: ({ scope }) => bearer(keys.without.get(scope as Scope) as string),
  },
  { who: 'a key without a session', status: 403, of: wantsSession, headers: () => bearer(keys.plain) },
  { who: 'a missing signature', status: 401, of: wantsSignature, headers: () => UNSIGNED },
  {
    who: 'an API key',
    status: 401,
    of: wantsSignature,
    headers: () => ({ ...UNSIGNED, ...bearer(keys.owner) }),
  },
];

/** Whom a route serves, by how it knows its caller. */
const SERVED: Record<AnyRoute['auth'], () => Headers> = {
  workspace: () => bearer(keys.owner),
  session: () => bearer(credentials.sessionToken),
  conversion: () => ({}),
  token: () => ({}),
  public: () => ({}),
};

let api: Awaited<ReturnType<typeof openApi>>;
let workspaces: WorkspaceStore;
let owner: Owner;
let credentials: Credentials;
let suspended: Credentials;
let keys: Record<'owner' | 'stranger' | 'revoked' | 'plain', string> & { without: Map<Scope, string> };

beforeAll(async () => {
  api = await openApi();
  workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
  credentials = await api.bootstrap('owner.example.com');
  suspended = await api.bootstrap('suspended.example.com');
  await workspaces.setStatus(suspended.workspaceId, 'suspended');
  keys = await openKeys(await api.bootstrap('stranger.example.com'));
  owner = { ...credentials, send: sendAsOwner };
});

async function openKeys(stranger: Credentials) {
  const make = async (scopes: readonly Scope[], { workspaceId } = credentials) =>
    (await createKey(workspaces, { workspaceId, scopes, nowMs: Date.now() })).text;
  const revoked = await make(DEFAULT_SCOPES);
  await workspaces.revokeKey(credentials.workspaceId, revoked.split('_')[1] as string, Date.now());
  const without = new Map<Scope, string>();
  for (const scope of SCOPES) without.set(scope, await make(SCOPES.filter((other) => other !== scope)));
  return {
    owner: await make(SCOPES),
    stranger: await make(SCOPES, stranger),
    plain: await make(DEFAULT_SCOPES),
    revoked,
    without,
  };
}

/** Sends a sample; headers of the caller stand over the sample's own. */
function send(
  method: string,
  { path, query, headers, body }: SampleRequest,
  caller: Headers,
  served?: AnyRoute,
): Promise<TestAnswer> {
  const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
  const request = {
    method,
    path,
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers, ...caller },
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
  };
  return api.call(request, served?.function);
}

async function sendAsOwner(method: string, request: SampleRequest) {
  const answer = await send(method, request, bearer(keys.owner));
  if (answer.status >= 400) throw new Error(`${method} ${request.path}: ${answer.status} ${answer.text}`);
  return answer.text === '' ? {} : JSON.parse(answer.text);
}

const nameOf = ({ method, path }: AnyRoute): string => `${method} ${path}`;

test('every route has a sample request, and every sample a route', () => {
  expect(Object.keys(REQUESTS).sort()).toEqual(ROUTE_TABLE.map(nameOf).sort());
});

test('only these routes serve callers without a credential', () => {
  const open = ROUTE_TABLE.filter(({ auth }) => auth === 'token' || auth === 'public');
  expect(open.map(nameOf).sort()).toEqual(OPEN_ROUTES);
});

const sampled = ROUTE_TABLE.filter((route) => nameOf(route) in REQUESTS);

describe.each(sampled.map((route) => [nameOf(route), route] as const))('%s', (name, route) => {
  const sample = REQUESTS[name] as Sample;
  const refused = REFUSED.filter(({ of }) => of(route));
  let request: SampleRequest;
  let before: string;

  beforeAll(async () => {
    request = await sample.request(owner);
    before = await api.kept();
  });

  for (const { who, status, headers } of refused) {
    test(`refuses ${who}, and writes nothing`, async () => {
      expect((await send(route.method, request, headers(route), route)).status).toBe(status);
      expect(await api.kept()).toBe(before);
    });
  }

  if (wantsCredential(route)) {
    test('gives another workspace nothing of the owner', async () => {
      const answer = await send(route.method, request, bearer(keys.stranger), route);
      expect(answer.status).toBe(sample.foreign ?? 404);
      if (answer.status >= 400) {
        expect(await api.kept()).toBe(before);
        return;
      }
      expect(answer.text).not.toContain(owner.workspaceId);
      expect(answer.text).not.toContain(owner.domainId);
    });
  }

  test('serves whom it is for', async () => {
    // Another workspace may have taken what the first request asked for.
    const fresh = await sample.request(owner);
    const answer = await send(route.method, fresh, SERVED[route.auth](), route);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: sample.status });
  });
});
