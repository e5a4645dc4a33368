import type { Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { DEFAULT_SCOPES } from '#shared/workspaces/workspace.ts';
import { openApi } from '#test/support/api.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let owner: Credentials;

beforeAll(async () => {
  api = await openApi();
  owner = await api.bootstrap('links.example.com', 'Example');
});

async function call(method: string, path: string, headers: Record<string, string>, body?: string) {
  const answer = await api.call({ method, path, headers, ...(body === undefined ? {} : { body }) });
  return { ...answer, json: JSON.parse(answer.text) };
}

const openSession = (headers: Record<string, string>, body?: string) =>
  call('POST', '/api/session', headers, body);

describe('opening a session', () => {
  test('takes no fields', async () => {
    const answer = await openSession({ 'x-api-key': owner.apiKey }, '{"ttl":9}');
    expect(answer.status).toBe(400);
  });

  test('is not for sessions', async () => {
    const answer = await openSession({ authorization: `Bearer ${owner.sessionToken}` });
    expect({ status: answer.status, code: answer.json.code }).toEqual({ status: 403, code: 'forbidden' });
  });

  test('gives a token for an hour that is a credential', async () => {
    const before = Date.now();
    const { status, headers, json } = await openSession({ authorization: `Bearer ${owner.apiKey}` });
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(['token', 'expires_at']);
    expect(headers['cache-control']).toContain('no-store');
    expect(json.expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(json.expires_at) - before - 3_600_000)).toBeLessThan(5_000);
    const whoami = await call('GET', '/api/v1/whoami', { authorization: `Bearer ${json.token}` });
    expect(whoami.status).toBe(200);
  });
});

describe('whoami', () => {
  test('tells the workspace, its plan and the scopes of the key', async () => {
    const { status, json } = await call('GET', '/api/v1/whoami', { 'x-nim-api-key': owner.apiKey });
    expect(status).toBe(200);
    expect(json).toEqual({
      ok: true,
      account_id: owner.workspaceId,
      workspace_name: 'Example',
      plan: 'enterprise',
      scopes: [...DEFAULT_SCOPES],
    });
  });

  test('carries the limit of the key', async () => {
    const { headers } = await call('GET', '/api/v1/whoami', { 'x-api-key': owner.apiKey });
    expect(headers).toMatchObject({
      'ratelimit-limit': '6000',
      'ratelimit-remaining': expect.stringMatching(/^\d+$/),
      'ratelimit-reset': expect.stringMatching(/^\d+$/),
    });
  });

  test('takes no query', async () => {
    const answer = await api.call({
      path: '/api/v1/whoami',
      query: 'verbose=1',
      headers: { 'x-api-key': owner.apiKey },
    });
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 400,
      text: expect.stringContaining('verbose'),
    });
  });
});

test('health needs no credential and shows nothing but that all is well', async () => {
  const answer = await call('GET', '/api/health', {});
  expect({ status: answer.status, json: answer.json }).toEqual({ status: 200, json: { ok: true } });
});
