import type { Credentials } from '#shared/workspaces/bootstrap.dynamodb.ts';
import { openApi } from '#test/support/api.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let owner: Credentials;

beforeAll(async () => {
  api = await openApi();
  owner = await api.bootstrap('links.example.com');
});

async function call(method: string, path: string, body?: unknown, key = owner.apiKey) {
  const answer = await api.call({
    method,
    path,
    headers: { 'x-api-key': key },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { ...answer, json: JSON.parse(answer.text) };
}

const add = (body: unknown) => call('POST', '/api/v1/domains', body);
const DEFAULTS = { allow_http: false, expiration_required: false, expiration_changes_allowed: true };

describe('adding a domain', () => {
  test.each<[string, unknown, string | undefined]>([
    ['no body', undefined, undefined],
    ['an empty body', '', undefined],
    ['no JSON', '{', undefined],
    ['an array', [], undefined],
    ['no name', {}, 'domain_name'],
    ['a number for a name', { domain_name: 7 }, 'domain_name'],
    ['an IP address', { domain_name: '10.0.0.1' }, 'domain_name'],
    ['localhost, which is only the laptop’s', { domain_name: 'localhost' }, 'domain_name'],
    ['a port', { domain_name: 'go.example.com:8080' }, 'domain_name'],
    ['a lone surrogate', '{"domain_name":"go\\ud800.example.com"}', undefined],
    ['1,001 characters', { domain_name: 'a'.repeat(1_001) }, 'domain_name'],
    ['an unknown field', { domain_name: 'go.example.com', status: 'ready' }, 'status'],
    ['an unknown policy', { domain_name: 'go.example.com', policy: { allow_ftp: true } }, 'policy.allow_ftp'],
    [
      'a policy in words',
      { domain_name: 'go.example.com', policy: { allow_http: 'yes' } },
      'policy.allow_http',
    ],
  ])('is refused with %s and writes nothing', async (_name, body, field) => {
    const before = await api.kept();
    const answer = await add(body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalid_request', ...(field ? { field } : {}) });
    expect(await api.kept()).toBe(before);
  });

  test('gives a pending domain with the default policy', async () => {
    const answer = await add({ domain_name: 'Spring.Example.com.' });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      ok: true,
      domain: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        domain_name: 'spring.example.com',
        status: 'pending',
        policy: DEFAULTS,
      },
    });
  });

  test('takes a policy in part', async () => {
    const answer = await add({ domain_name: 'policy.example.com', policy: { expiration_required: true } });
    expect(answer.json.domain.policy).toEqual({ ...DEFAULTS, expiration_required: true });
  });

  test('is refused when the host is registered, by whomever', async () => {
    const stranger = await api.bootstrap('stranger.example.com');
    await add({ domain_name: 'taken.example.com' });
    for (const key of [owner.apiKey, stranger.apiKey]) {
      const answer = await call('POST', '/api/v1/domains', { domain_name: 'TAKEN.example.com' }, key);
      expect({ status: answer.status, code: answer.json.code }).toEqual({ status: 409, code: 'conflict' });
    }
  });

  test('of many at once for one host only one succeeds, and none fails otherwise', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => add({ domain_name: 'race.example.com' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
  });

  test('ends at 100 domains', async () => {
    const crowded = await api.bootstrap('crowded.example.com');
    const addTo = (n: number) =>
      call('POST', '/api/v1/domains', { domain_name: `n${n}.crowded.example.com` }, crowded.apiKey);
    await Promise.all(Array.from({ length: 99 }, (_, n) => addTo(n)));
    const answer = await addTo(99);
    expect({ status: answer.status, code: answer.json.code }).toEqual({ status: 403, code: 'plan_limit' });
  });
});

describe('changing a domain', () => {
  test.each<[string, unknown]>([
    ['an unknown status', { status: 'live' }],
    ['a step back to pending', { status: 'pending' }],
    ['another host', { domain_name: 'other.example.com' }],
    ['an unknown policy', { policy: { allow_ftp: true } }],
    ['null', { status: null }],
  ])('is refused with %s', async (_name, body) => {
    const answer = await call('PATCH', `/api/v1/domains/${owner.domainId}`, body);
    expect(answer.status).toBe(400);
  });

  test.each(['1', '018f0000-0000-7000-8000-00000000000g', '%2e%2e'])(
    'is refused with the id %s',
    async (id) => {
      expect((await call('PATCH', `/api/v1/domains/${id}`, {})).status).toBe(400);
    },
  );

  test('is refused for a domain that does not exist', async () => {
    const answer = await call('PATCH', '/api/v1/domains/018f0000-0000-7000-8000-000000000000', {});
    expect({ status: answer.status, code: answer.json.code }).toEqual({ status: 404, code: 'not_found' });
  });

  test('sets status and parts of the policy, and an empty change changes nothing', async () => {
    const { json } = await add({ domain_name: 'change.example.com' });
    const path = `/api/v1/domains/${json.domain.id.toUpperCase()}`;
    const ready = await call('PATCH', path, { status: 'ready', policy: { allow_http: true } });
    expect(ready.json.domain).toEqual({
      ...json.domain,
      status: 'ready',
      policy: { ...DEFAULTS, allow_http: true },
    });
    const disabled = await call('PATCH', path, { status: 'disabled', policy: { expiration_required: true } });
    expect(disabled.json.domain).toEqual({
      ...json.domain,
      status: 'disabled',
      policy: { ...DEFAULTS, allow_http: true, expiration_required: true },
    });
    expect((await call('PATCH', path, {})).json).toEqual(disabled.json);
  });
});

test('the domains of a workspace are listed, oldest first', async () => {
  const lister = await api.bootstrap('lister.example.com');
  await call('POST', '/api/v1/domains', { domain_name: 'second.lister.example.com' }, lister.apiKey);
  const { json } = await call('GET', '/api/v1/domains', undefined, lister.apiKey);
  expect(json).toEqual({
    ok: true,
    domains: [
      { id: lister.domainId, domain_name: 'lister.example.com', status: 'ready', policy: DEFAULTS },
      expect.objectContaining({ domain_name: 'second.lister.example.com', status: 'pending' }),
    ],
  });
});
