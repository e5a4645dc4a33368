import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { type ChainTools, createApi } from '#functions/http/app.ts';
import { readAllowedOrigins } from '#functions/http/cors.ts';
import { type Route, route } from '#functions/http/route.ts';
import { Problem } from '#shared/problem.ts';
import type { Principal, Scope } from '#shared/workspaces/workspace.ts';
import { httpEvent, lambdaContext } from '#test/support/http-event.ts';

const workspaceId = '018f0000-0000-7000-8000-000000000001';

const principal: Principal = {
  workspace: {
    workspaceId,
    name: 'Example',
    plan: 'enterprise',
    status: 'active',
    notifyEmail: null,
    eventRequestsAMinute: null,
    exportRequestsAMinute: null,
    createdAtMs: 0,
  },
  scopes: new Set(['links:read']),
  via: 'key',
  keyId: 'key1',
  email: null,
};

const common = {
  function: 'api',
  dialect: 'nimriz',
  auth: 'workspace',
  summary: '',
  tag: 'test',
  responses: {},
} as const;

const ROUTES: Route<unknown>[] = [
  route<unknown>()({
    ...common,
    method: 'POST',
    path: '/echo',
    body: z.strictObject({ name: z.string(), password: z.string().max(3).optional() }),
    handler: async ({ body }) => ({ status: 200, body }),
  }),
  route<unknown>()({
    ...common,
    method: 'GET',
    path: '/search',
    query: z.strictObject({ q: z.string().optional(), tag: z.array(z.string()).optional() }),
    handler: async ({ query, origin }) => ({ status: 200, body: { query, origin } }),
  }),
  route<unknown>()({
    ...common,
    method: 'GET',
    path: '/write-only',
    scope: 'links:write',
    handler: async () => ({ status: 200, body: {} }),
  }),
  route<unknown>()({
    ...common,
    method: 'GET',
    path: '/limited',
    limit: { scope: 'once', per: 'key', aMinute: () => 1, tooMany: (limit) => `Too many: ${limit}` },
    handler: async () => ({ status: 200, body: {} }),
  }),
  route<unknown>()({
    ...common,
    method: 'GET',
    path: '/api/v1/projects/{projectId}/x',
    dialect: 'ulink',
    workspaceParam: 'projectId',
    handler: async () => ({ status: 200, body: {} }),
  }),
  ...(['ulink', 'nimriz'] as const).map((dialect) =>
    route<unknown>()({
      ...common,
      method: 'GET',
      path: `/session/${dialect}`,
      dialect,
      auth: 'session',
      handler: async () => ({ status: 200, body: {} }),
    }),
  ),
  route<unknown>()({
    ...common,
    method: 'GET',
    path: '/accident',
    handler: async () => {
      throw new Error('the table is called secret-table');
    },
  }),
  route<unknown>()({
    ...common,
    method: 'GET',
    path: '/passing/{name}',
    params: z.object({ name: z.string() }),
    handler: async ({ params: { name } }) => {
      throw Object.assign(new Error('Reduce your request rate, secret-bucket.'), {
        name,
        CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'None' }],
      });
    },
  }),
  route<unknown>()({
    ...common,
    method: 'GET',
    path: '/slow-down',
    handler: async () => {
      throw new Problem('rate_limited', 'too many', { retryAfterSeconds: 7 });
    },
  }),
  route<unknown>()({
    ...common,
    method: 'GET',
    path: '/bytes',
    auth: 'public',
    handler: async () => ({
      status: 200,
      headers: { 'Content-Type': 'image/png' },
      body: Buffer.from([1, 2, 255]),
    }),
  }),
];

function openApi(overrides: Partial<ChainTools> = {}) {
  const lines: { message: string; fields: Record<string, unknown> }[] = [];
  const log = {
    info: (message: string, fields: Record<string, unknown>) => void lines.push({ message, fields }),
    error: (message: string, fields: Record<string, unknown>) => void lines.push({ message, fields }),
  };
  const chain: ChainTools = {
    edgeSecrets: ['edge-secret'],
    allowedOrigins: new Set(),
    scheme: 'https',
    authenticate: async (headers) => {
      if (!headers.authorization) throw new Problem('unauthorized', 'no key');
      return principal;
    },
    limitRequests: async () => ({ 'ratelimit-limit': '600' }),
    log,
    now: () => 1_000,
    ...overrides,
  };
  const handler = createApi('api', ROUTES, {}, chain);
  const call = async (request: Parameters<typeof httpEvent>[0]) => {
    const answer = await handler(
      httpEvent({
        ...request,
        headers: { authorization: 'Bearer k', 'x-slugline-edge': 'edge-secret', ...request.headers },
      }),
      lambdaContext,
    );
    return { ...answer, json: () => JSON.parse(answer.body as string) as Record<string, unknown> };
  };
  return { call, lines };
}

describe('the API chain', () => {
  test.each([undefined, '', 'edge-secre', 'edge-secret2'])(
    'refuses a request with the edge secret %p',
    async (secret) => {
      const { call } = openApi();
      const answer = await call({ path: '/search', headers: { 'x-slugline-edge': secret as string } });
      expect(answer.statusCode).toBe(403);
    },
  );

  test('asks for a credential before it looks at the body', async () => {
    const answer = await openApi().call({
      method: 'POST',
      path: '/echo',
      headers: { authorization: '' },
      body: '{',
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer' });
    expect(answer.json()).toMatchObject({
      code: 'unauthorized',
      error: 'no key',
      support_reference: 'request-1',
    });
  });

  test('refuses a credential without the scope of the route and names both', async () => {
    const answer = await openApi().call({ path: '/write-only' });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().error).toMatch(/links:write.*links:read/);
  });

  test.each([
    ['a session', 'ulink', 'session', [], 200],
    ['a key that may stand in for one', 'ulink', 'key', ['ulink:session'], 200],
    ['a key that may not', 'ulink', 'key', ['links:read'], 403],
    ['a key, where the dialect lets none', 'nimriz', 'key', ['ulink:session'], 403],
  ] as const)('a route that wants a session answers %s', async (_, dialect, via, scopes, status) => {
    const { call } = openApi({
      authenticate: async () => ({ ...principal, via, scopes: new Set<Scope>(scopes) }),
    });
    expect((await call({ path: `/session/${dialect}` })).statusCode).toBe(status);
  });

  test.each([
    ['/limited', 'once'],
    ['/search', 'requests'],
    ['/nowhere', 'requests'],
  ])('counts a request of %s by the limit of %s', async (path, counted) => {
    const scopes: string[] = [];
    const { call } = openApi({
      limitRequests: async (_, { scope }) => {
        scopes.push(scope);
        return {};
      },
    });
    await call({ path });
    expect(scopes).toEqual([counted]);
  });

  test("asks for the workspace of the path and refuses in the path's dialect", async () => {
    const { call } = openApi({
      authenticate: async (_, { workspaceId: named }) => {
        if (named !== workspaceId) throw new Problem('not_found');
        return principal;
      },
    });
    expect((await call({ path: `/api/v1/projects/${workspaceId}/x` })).statusCode).toBe(200);
    const answer = await call({ path: '/api/v1/projects/018f0000-0000-7000-8000-000000000002/x' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
  });

  test.each([
    ['an empty body', '', /empty/],
    ['an array', '[]', /expected object/],
    ['an unknown field', '{"name":"a","nmae":1}', /"nmae"/],
    ['a number as a name', '{"name":1}', /"name".*expected string.*got 1/],
    ['no JSON', '{', /not JSON/],
  ])('refuses %s and says what is wrong', async (_, body, message) => {
    const answer = await openApi().call({ method: 'POST', path: '/echo', body });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatch(message);
  });

  test('never repeats a password', async () => {
    const answer = await openApi().call({
      method: 'POST',
      path: '/echo',
      body: '{"name":"a","password":"hunter2"}',
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).not.toContain('hunter2');
  });

  test('refuses a form where JSON is required, and a body beyond the limit', async () => {
    const { call } = openApi();
    const form = await call({
      method: 'POST',
      path: '/echo',
      body: 'name=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.json().error).toMatch(/x-www-form-urlencoded.*application\/json/);
    const large = await call({
      method: 'POST',
      path: '/echo',
      body: JSON.stringify({ name: 'x'.repeat(300_000) }),
    });
    expect(large.statusCode).toBe(413);
    expect(large.json()).toMatchObject({ code: 'payload_too_large' });
  });

  test('reads repeated query parameters as an array and refuses unknown ones by name', async () => {
    const { call } = openApi();
    expect((await call({ path: '/search', query: 'tag=a&tag=b%2Cc&q=x' })).json()).toMatchObject({
      query: { tag: ['a', 'b,c'], q: 'x' },
    });
    expect((await call({ path: '/search', query: 'quality=1' })).json().error).toMatch(/"quality"/);
    expect((await call({ path: '/accident', query: '__proto__=1' })).statusCode).toBe(400);
  });

  test('knows the origin from the edge only', async () => {
    const answer = await openApi().call({
      path: '/search',
      headers: { host: 'evil.example', 'x-slugline-host': 'Links.example.com' },
    });
    expect(answer.json().origin).toBe('https://links.example.com');
  });

  test.each<[string, Parameters<typeof httpEvent>[0], number]>([
    ['a path that is not here', { path: '/nowhere' }, 404],
    ['a method that is not taken', { method: 'DELETE', path: '/echo' }, 405],
    ['a malformed path', { path: '/api/v1/projects/%zz/x' }, 400],
    ['a scope that is missing', { path: '/write-only' }, 403],
    ["another workspace's path", { path: '/api/v1/projects/018f0000-0000-7000-8000-000000000002/x' }, 404],
    ['an unknown parameter', { path: '/search', query: 'x=1' }, 400],
    ['a body that is too large', { method: 'POST', path: '/echo', body: 'x'.repeat(300_000) }, 413],
    ['an accident', { path: '/accident' }, 500],
  ])('tells a valid key its limits with the refusal of %s, and nobody else', async (_, request, status) => {
    const { call } = openApi({
      authenticate: async (headers, { workspaceId: named }) => {
        if (!headers.authorization) throw new Problem('unauthorized', 'no key');
        if (named !== undefined && named !== workspaceId) throw new Problem('not_found');
        return principal;
      },
    });
    const answer = await call(request);
    expect(answer).toMatchObject({ statusCode: status, headers: { 'ratelimit-limit': '600' } });
    const stranger = await call({ ...request, headers: { authorization: '' } });
    expect(stranger.headers).not.toHaveProperty('ratelimit-limit');
  });

  test('refuses a key that looks for what is not here too often', async () => {
    const { call } = openApi({
      limitRequests: async () => {
        throw new Problem('rate_limited');
      },
    });
    expect((await call({ path: '/nowhere' })).statusCode).toBe(429);
    expect((await call({ path: '/nowhere', headers: { authorization: '' } })).statusCode).toBe(404);
  });

  test.each([
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['identity, gzip', 'identity, gzip'],
    ['a very long one', 'x'.repeat(5_000)],
  ])('does not read a body with Content-Encoding: %s', async (_, encoding) => {
    const body = gzipSync('{"name":"a"}');
    const headers = { 'content-encoding': encoding };
    const answer = await openApi().call({ method: 'POST', path: '/echo', headers, body });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toMatchObject({ code: 'unsupported_media_type' });
    expect(String(answer.body).length).toBeLessThan(300);
  });

  test.each(['identity', 'Identity', ''])('reads a body with Content-Encoding: %j', async (encoding) => {
    const headers = { 'content-encoding': encoding };
    const answer = await openApi().call({ method: 'POST', path: '/echo', headers, body: '{"name":"a"}' });
    expect(answer.statusCode).toBe(200);
  });

  test('hides what an accident says and logs it with the same reference', async () => {
    const { call, lines } = openApi();
    const answer = await call({ path: '/accident' });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret-table');
    expect(answer.json()).toMatchObject({ code: 'internal_error', support_reference: 'request-1' });
    expect(lines.find(({ message }) => message === 'request failed')?.fields).toMatchObject({
      requestId: 'request-1',
    });
  });

  test('says when to come back, with the limits beside it', async () => {
    const answer = await openApi().call({ path: '/slow-down' });
    expect(answer.statusCode).toBe(429);
    expect(answer.headers).toMatchObject({ 'retry-after': '7', 'ratelimit-limit': '600' });
  });

  test.each(['SlowDown', 'TransactionCanceledException', 'ThrottlingException', 'TimeoutError'])(
    'answers %s of a service with 503, when to come again, and nothing of its inside',
    async (name) => {
      const answer = await openApi().call({ path: `/passing/${name}` });
      expect(answer.statusCode).toBe(503);
      expect(answer.headers).toMatchObject({ 'retry-after': '5' });
      expect(answer.json()).toMatchObject({ code: 'unavailable' });
      expect(answer.body).not.toContain('secret');
    },
  );

  test('answers bytes as base64 and HEAD without a body', async () => {
    const { call } = openApi();
    const answer = await call({ path: '/bytes' });
    expect(answer).toMatchObject({
      isBase64Encoded: true,
      body: Buffer.from([1, 2, 255]).toString('base64'),
    });
    expect((await call({ method: 'HEAD', path: '/bytes' })).body ?? '').toBe('');
  });

  test('writes one line per request, without query, body or credential', async () => {
    const { call, lines } = openApi();
    await call({ path: '/search', query: 'q=confidential' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      message: 'request',
      fields: { route: '/search', status: 200, workspaceId, keyId: 'key1' },
    });
    expect(JSON.stringify(lines)).not.toMatch(/confidential|Bearer/);
  });

  test('sends security headers with answers and refusals', async () => {
    const { call } = openApi();
    for (const path of ['/search', '/nowhere']) {
      expect((await call({ path })).headers).toMatchObject({
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
      });
    }
  });
});

describe('scripts of other origins', () => {
  const allowedOrigins = new Set(['https://app.example.com']);
  const from = (origin: string) => ({ origin, 'access-control-request-method': 'POST' });
  const cors = (headers: object = {}) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /^(?:access-control|vary)/i.test(name)));

  test('are told nothing unless the deployment names their origin', async () => {
    for (const request of [{ path: '/search' }, { path: '/nowhere' }, { method: 'OPTIONS', path: '/echo' }]) {
      const headers = from('https://app.example.com');
      expect(cors((await openApi().call({ ...request, headers })).headers)).toEqual({});
      const { statusCode, headers: told } = await openApi({ allowedOrigins }).call({
        ...request,
        headers: from('https://evil.example'),
      });
      expect({ statusCode, told: cors(told) }).toEqual({
        statusCode: request.method === 'OPTIONS' ? 405 : request.path === '/search' ? 200 : 404,
        told: { vary: 'Origin' },
      });
    }
    for (const origin of ['null', 'https://app.example.com.evil.example', 'http://app.example.com', '']) {
      const { headers } = await openApi({ allowedOrigins }).call({ path: '/search', headers: { origin } });
      expect(cors(headers)).toEqual({ vary: 'Origin' });
    }
    expect(cors((await openApi({ allowedOrigins }).call({ path: '/search' })).headers)).toEqual({
      vary: 'Origin',
    });
  });

  test.each([
    ['an answer', { path: '/search' }, 200],
    ['a refusal', { path: '/nowhere' }, 404],
    ['an accident', { path: '/accident' }, 500],
    ['a missing credential', { path: '/search', headers: { authorization: '' } }, 401],
  ])('may read %s and its headers, never with credentials', async (_, request, statusCode) => {
    const headers = { ...('headers' in request && request.headers), origin: 'https://app.example.com' };
    const answer = await openApi({ allowedOrigins }).call({ ...request, headers });
    expect(answer.statusCode).toBe(statusCode);
    const told = cors(answer.headers);
    expect(told).toMatchObject({ vary: 'Origin', 'access-control-allow-origin': 'https://app.example.com' });
    expect(told['access-control-expose-headers']).toMatch(/RateLimit-Remaining.*Retry-After.*Location/);
    expect(told).not.toHaveProperty('access-control-allow-credentials');
  });

  test('are told ahead what they may send, without a credential', async () => {
    const { call } = openApi({ allowedOrigins });
    const headers = { ...from('https://app.example.com'), authorization: '' };
    const answer = await call({ method: 'OPTIONS', path: '/echo', headers });
    expect(answer).toMatchObject({ statusCode: 204, body: '' });
    expect(cors(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringMatching(/authorization.*content-type.*x-api-key/),
      'access-control-max-age': '600',
      vary: expect.stringMatching(/Origin.*Access-Control-Request-Method/),
    });
    expect((await call({ method: 'OPTIONS', path: '/nowhere', headers })).statusCode).toBe(404);
    const fromElsewhere = { ...headers, 'x-slugline-edge': 'no' };
    expect((await call({ method: 'OPTIONS', path: '/echo', headers: fromElsewhere })).statusCode).toBe(403);
  });

  test('are named by whole origins', () => {
    expect([...readAllowedOrigins('')]).toEqual([]);
    expect([...readAllowedOrigins('https://a.example, http://localhost:5173,')]).toEqual([
      'https://a.example',
      'http://localhost:5173',
    ]);
    for (const text of [
      '*',
      'null',
      'a.example',
      'https://a.example/',
      'https://A.example',
      'https://a.example:443',
    ]) {
      expect(() => readAllowedOrigins(text)).toThrow('is no origin that may be allowed');
    }
  });
});
