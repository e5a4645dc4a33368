import type { Route } from '#functions/api/route.ts';
import { ROUTES } from '#functions/api/routes.ts';
import { createKey } from '#shared/workspaces/api-key.ts';
import { bootstrapWorkspace, type Credentials } from '#shared/workspaces/bootstrap.ts';
import { DEFAULT_SCOPES, SCOPES, type Scope } from '#shared/workspaces/workspace.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { type Owner, REQUESTS, type Sample, type SampleRequest } from '#test/fixtures/requests.ts';
import { openApi, type TestAnswer } from '#test/support/api.ts';
import { openDatabase } from '#test/support/aws-clients.ts';

type AnyRoute = Route<never>;
type Headers = Record<string, string>;

const nameOf = ({ method, path }: AnyRoute): string => `${method} ${path}`;
const bearer = (text: string): Headers => ({ authorization: `Bearer ${text}` });

/** Adding one takes a thought: whatever these show, they show to everybody who has the link. */
const OPEN_ROUTES = ['GET /api/health', 'GET /api/openapi.json'];

let api: Awaited<ReturnType<typeof openApi>>;
let workspaces: WorkspaceStore;
let owner: Owner & { credentials: Credentials; headers: Headers };
let stranger: Credentials;
let suspended: Credentials;
let revoked: string;

beforeAll(async () => {
  api = await openApi();
  workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
  stranger = await bootstrap('stranger.example.com');
  suspended = await bootstrap('suspended.example.com');
  await workspaces.setStatus(suspended.workspaceId, 'suspended');
  owner = await openOwner(await bootstrap('owner.example.com'));
  revoked = await keyWith(DEFAULT_SCOPES);
  const keyId = revoked.split('_')[1] as string;
  await workspaces.revokeKey(owner.workspaceId, keyId, Date.now());
});

const bootstrap = (host: string) =>
  bootstrapWorkspace({
    database: openDatabase(),
    table: api.tables.workspaces,
    now: Date.now,
    host,
    workspaceName: host,
  });

/** A key of the owner with just these scopes. */
async function keyWith(scopes: readonly Scope[], workspaceId = owner.workspaceId): Promise<string> {
  return (await createKey(workspaces, { workspaceId, scopes, nowMs: Date.now() })).text;
}

async function openOwner(credentials: Credentials) {
  const headers = bearer(await keyWith(SCOPES, credentials.workspaceId));
  return {
    ...credentials,
    credentials,
    headers,
    send: async (method: string, request: SampleRequest) => {
      const answer = await send(method, request, headers);
      if (answer.status >= 400) throw new Error(`${method} ${request.path}: ${answer.status} ${answer.text}`);
      return answer.text === '' ? {} : JSON.parse(answer.text);
    },
  };
}

/** Sends a sample; headers of the caller stand over the sample's own. */
function send(
  method: string,
  { path, query, headers, body }: SampleRequest,
  caller: Headers,
  served?: AnyRoute,
) {
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

async function sampleOf(route: AnyRoute): Promise<{ sample: Sample; request: SampleRequest }> {
  const sample = REQUESTS[nameOf(route)] as Sample;
  return { sample, request: await sample.request(owner) };
}

/** Sends the route's sample as somebody and checks that a refusal has changed nothing. */
async function sendAs(route: AnyRoute, headers: () => Headers | Promise<Headers>): Promise<TestAnswer> {
  const { request } = await sampleOf(route);
  const caller = await headers();
  const before = await api.kept();
  const answer = await send(route.method, request, caller, route);
  if (answer.status >= 400) expect(await api.kept()).toBe(before);
  return answer;
}

test('every route has a sample request, and every sample a route', () => {
  expect(Object.keys(REQUESTS).sort()).toEqual(ROUTES.map(nameOf).sort());
});

test('only these routes serve callers without a credential', () => {
  const open = (ROUTES as readonly AnyRoute[]).filter(({ auth }) => auth === 'token' || auth === 'public');
  expect(open.map(nameOf).sort()).toEqual(OPEN_ROUTES);
});

const sampled = ROUTES.filter((route) => nameOf(route) in REQUESTS) as AnyRoute[];

/** One group of tests for each of the routes: a table that grows with the route table. */
function forEachRoute(picked: (route: AnyRoute) => boolean, tests: (route: AnyRoute) => void): void {
  for (const route of sampled.filter(picked)) describe(nameOf(route), () => tests(route));
}
const wantsCredential = ({ auth }: AnyRoute) => auth === 'workspace' || auth === 'ulink';

forEachRoute(wantsCredential, (route) => {
  test.each<[string, () => Headers]>([
    ['nobody', () => ({})],
    ['a malformed key', () => bearer('slk_key')],
    ['an unknown key', () => bearer(`slk_${'0'.repeat(20)}_${'A'.repeat(43)}`)],
    ['a revoked key', () => bearer(revoked)],
    ['two different keys', () => ({ ...owner.headers, 'x-api-key': stranger.apiKey })],
    ['the conversion secret', () => bearer(owner.conversionSecret)],
    ['a session with another signature', () => bearer(`${owner.credentials.sessionToken.slice(0, -5)}AAAAA`)],
  ])('refuses %s', async (_who, headers) => {
    expect((await sendAs(route, headers)).status).toBe(401);
  });

  test('refuses the key and the session of a suspended workspace', async () => {
    for (const credential of [suspended.apiKey, suspended.sessionToken]) {
      const answer = await sendAs(route, () => bearer(credential));
      expect(answer.status).toBe(403);
    }
  });

  test('gives another workspace nothing of the owner', async () => {
    const { sample } = await sampleOf(route);
    const scopes = () => keyWith(SCOPES, stranger.workspaceId);
    const answer = await sendAs(route, async () => bearer(await scopes()));
    expect(answer.status).toBe(sample.foreign ?? 404);
    // A refusal may repeat the id that it was asked for.
    if (answer.status >= 400) return;
    expect(answer.text).not.toContain(owner.workspaceId);
    expect(answer.text).not.toContain(owner.domainId);
  });

  test('serves the owner', async () => {
    const { sample } = await sampleOf(route);
    const answer = await sendAs(route, () => owner.headers);
    expect({ status: answer.status, text: answer.status < 400 ? '' : answer.text }).toEqual({
      status: sample.status,
      text: '',
    });
  });
});

forEachRoute(
  (route) => wantsCredential(route) && route.scope !== undefined,
  (route) => {
    test(`refuses a key with every scope but ${route.scope}`, async () => {
      const others = SCOPES.filter((scope) => scope !== route.scope);
      expect((await sendAs(route, async () => bearer(await keyWith(others)))).status).toBe(403);
    });
  },
);

forEachRoute(
  ({ auth }) => auth === 'ulink',
  (route) => {
    test('refuses a plain API key, but takes a session', async () => {
      expect((await sendAs(route, () => bearer(owner.credentials.apiKey))).status).toBe(403);
      const { sample } = await sampleOf(route);
      const answer = await sendAs(route, () => bearer(owner.credentials.sessionToken));
      expect(answer.status).toBe(sample.status);
    });
  },
);

forEachRoute(
  ({ auth }) => auth === 'conversion',
  (route) => {
    test('takes a signature only: an API key is refused', async () => {
      const unsigned = { 'x-nim-signature': '', 'x-nim-timestamp': '' };
      for (const caller of [{}, owner.headers]) {
        expect((await sendAs(route, () => ({ ...unsigned, ...caller }))).status).toBe(401);
      }
    });

    test('serves who signs', async () => {
      const { sample } = await sampleOf(route);
      expect((await sendAs(route, () => ({}))).status).toBe(sample.status);
    });
  },
);

forEachRoute(
  ({ auth }) => auth === 'token' || auth === 'public',
  (route) => {
    test('serves whoever asks', async () => {
      const { sample } = await sampleOf(route);
      expect((await sendAs(route, () => ({}))).status).toBe(sample.status);
    });
  },
);
