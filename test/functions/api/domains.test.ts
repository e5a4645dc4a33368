import type { Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openApi, type TestAnswer } from '#test/support/api.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { openZone } from '#test/support/zone.ts';

let api: Awaited<ReturnType<typeof openApi>>;
let owner: Credentials;
const zone = openZone();

beforeAll(async () => {
  api = await openApi();
  owner = await api.bootstrap('links.example.com');
});
beforeEach(() => zone.clear());
afterAll(zone.close);

async function call(method: string, url: string, body?: unknown, key = owner.apiKey) {
  const [path = '', query = ''] = url.split('?');
  const answer = await api.call({
    method,
    path,
    query,
    headers: { 'x-api-key': key },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { ...answer, json: JSON.parse(answer.text) };
}

const add = (body: unknown) => call('POST', '/api/v1/domains', body);
const verification = (name: string, value: unknown = expect.stringMatching(/^[\w-]{43}$/)) => ({
  type: 'TXT',
  name: `_slugline.${name}`,
  value,
});
type Added = { json: { domain: { id: string; verification: { name: string; value: string } } } };
/** Has the zone say what a claim asks for. */
const publish = ({ json }: Added) =>
  zone.put(json.domain.verification.name, [json.domain.verification.value]);
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
        verification: verification('spring.example.com'),
      },
    });
  });

  test('takes a policy in part', async () => {
    const answer = await add({ domain_name: 'policy.example.com', policy: { expiration_required: true } });
    expect(answer.json.domain.policy).toEqual({ ...DEFAULTS, expiration_required: true });
  });

  test('is refused when the workspace has the host already, but not for the claims of others', async () => {
    const stranger = await api.bootstrap('stranger.example.com');
    const body = { domain_name: 'TAKEN.example.com' };
    const claimed = await add({ domain_name: 'taken.example.com' });
    const again = await add(body);
    expect({ status: again.status, code: again.json.code }).toEqual({ status: 409, code: 'conflict' });
    const foreign = await call('POST', '/api/v1/domains', body, stranger.apiKey);
    expect(foreign.status).toBe(201);
    expect(foreign.json.domain.verification.value).not.toBe(claimed.json.domain.verification.value);
  });

  test('is refused when another workspace has proven the host', async () => {
    const stranger = await api.bootstrap('proud.example.com');
    const answer = await add({ domain_name: 'proud.example.com' });
    expect({ status: answer.status, code: answer.json.code }).toEqual({ status: 409, code: 'conflict' });
    expect((await call('GET', '/api/v1/domains', undefined, stranger.apiKey)).json.domains).toHaveLength(1);
  });

  test('of many at once for one host in one workspace only one succeeds, and none fails otherwise', async () => {
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
    const added = await add({ domain_name: 'change.served.example.com' });
    publish(added);
    const { json } = added;
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

test('a domain that the operator stopped is neither made ready nor deleted by its workspace', async () => {
  const added = await add({ domain_name: 'stopped.served.example.com' });
  publish(added);
  const { id } = added.json.domain;
  const path = `/api/v1/domains/${id}`;
  await call('PATCH', path, { status: 'ready' });
  const workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
  await workspaces.updateDomain(owner.workspaceId, id, { status: 'disabled', stopped: true });
  for (const answer of [await call('PATCH', path, { status: 'ready' }), await call('DELETE', path)]) {
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect(answer.json.error).toMatch(/^The operator of this deployment has disabled stopped\.served/);
  }
  expect((await workspaces.findHost('stopped.served.example.com'))?.status).toBe('disabled');
});

describe('a claim is made ready', () => {
  const ready = (id: string, key?: string) =>
    call('PATCH', `/api/v1/domains/${id}`, { status: 'ready' }, key);
  const created = async (host: string, key?: string) =>
    (await call('POST', '/api/v1/domains', { domain_name: host }, key)) as Added & TestAnswer;

  test('not without its record, and the refusal says what was found', async () => {
    const { json } = await created('bare.served.example.com');
    const before = await api.kept();
    zone.put('_slugline.bare.served.example.com', ['something', ' else']);
    const answer = await ready(json.domain.id);
    expect({ status: answer.status, ...answer.json }).toMatchObject({
      status: 409,
      code: 'domain_not_proven',
      field: 'status',
      found: ['something else'],
      wanted: json.domain.verification.value,
      error: expect.stringContaining('"something else"'),
    });
    expect(await api.kept()).toBe(before);
  });

  test('not with the record of another claim of the same host', async () => {
    const squatter = await created('victim.served.example.com');
    const victim = await api.bootstrap('victims-first.example.com');
    const claim = await created('victim.served.example.com', victim.apiKey);
    publish(claim);
    expect((await ready(squatter.json.domain.id)).status).toBe(409);
    expect((await ready(claim.json.domain.id, victim.apiKey)).status).toBe(200);
    const late = await ready(squatter.json.domain.id);
    expect(late.status).toBe(409);
  });

  test('not on a host that the deployment does not serve', async () => {
    const claim = await created('elsewhere.example.com');
    publish(claim);
    const answer = await ready(claim.json.domain.id);
    expect({ status: answer.status, code: answer.json.code }).toEqual({
      status: 409,
      code: 'domain_not_served',
    });
  });

  test('by its record, and is claimed by nobody else any more', async () => {
    const claim = await created('proven.served.example.com');
    publish(claim);
    const answer = await ready(claim.json.domain.id);
    expect(answer.json.domain).toEqual({ ...claim.json.domain, status: 'ready' });
    zone.clear();
    expect((await ready(claim.json.domain.id)).status).toBe(200);
  });

  test('and until then it keeps nobody from leading there, nor from finding anything', async () => {
    const claim = await created('open.served.example.com');
    const shorten = (path: string) =>
      call('POST', '/api/shorten', {
        domain_id: owner.domainId,
        long_url: `https://open.served.example.com/${path}`,
      });
    expect((await shorten('a')).status).toBe(200);
    publish(claim);
    await ready(claim.json.domain.id);
    expect((await shorten('b')).json).toMatchObject({ code: 'destination_blocked' });
  });
});

describe('a domain is deleted', () => {
  const remove = (id: string, key?: string) => call('DELETE', `/api/v1/domains/${id}`, undefined, key);
  const opened = async (host: string) => {
    const { json } = await add({ domain_name: host });
    publish({ json });
    await call('PATCH', `/api/v1/domains/${json.domain.id}`, { status: 'ready' });
    return json.domain.id as string;
  };
  const shorten = (domain_id: string) =>
    call('POST', '/api/shorten', { domain_id, long_url: 'https://example.com/' });

  test('not while links live there', async () => {
    const id = await opened('used.served.example.com');
    const { json: link } = await shorten(id);
    const refused = await remove(id);
    expect({ status: refused.status, code: refused.json.code }).toEqual({
      status: 409,
      code: 'domain_in_use',
    });
    expect((await shorten(id)).status).toBe(200);
    const { json: list } = await call('GET', '/api/v1/links?limit=100');
    for (const { url_id, domain_id } of list.links) {
      if (domain_id === id) await call('POST', '/api/delete-link', { url_id });
    }
    expect(link.url_id).toBeDefined();
    expect((await remove(id)).json).toEqual({ ok: true, id });
  });

  test('not by another workspace, and once', async () => {
    const stranger = await api.bootstrap('strangers.example.com');
    const { json } = await add({ domain_name: 'mine.example.com' });
    const { id } = json.domain;
    expect((await remove(id, stranger.apiKey)).json).toMatchObject({ code: 'not_found' });
    expect((await remove(id.toUpperCase())).json).toEqual({ ok: true, id });
    const again = await remove(id);
    expect({ status: again.status, code: again.json.code }).toEqual({ status: 404, code: 'not_found' });
    expect((await call('PATCH', `/api/v1/domains/${id}`, {})).status).toBe(404);
  });

  test('while links are made there: each of them is made and keeps it, or is refused', async () => {
    const id = await opened('busy.served.example.com');
    const [removed, ...made] = await Promise.all([
      remove(id),
      ...Array.from({ length: 20 }, () => shorten(id)),
    ]);
    const created = made.filter(({ status }) => status === 200);
    expect(removed!.status).toBe(created.length > 0 ? 409 : 200);
    const refusals = made.filter(({ status }) => status !== 200).map(({ json }) => json.code);
    for (const code of refusals) expect(['conflict', 'not_found']).toContain(code);
  });
});

test('the domains of a workspace are listed, oldest first', async () => {
  const lister = await api.bootstrap('lister.example.com');
  await call('POST', '/api/v1/domains', { domain_name: 'second.lister.example.com' }, lister.apiKey);
  const { json } = await call('GET', '/api/v1/domains', undefined, lister.apiKey);
  expect(json).toEqual({
    ok: true,
    domains: [
      {
        id: lister.domainId,
        domain_name: 'lister.example.com',
        status: 'ready',
        policy: DEFAULTS,
        verification: verification('lister.example.com'),
      },
      expect.objectContaining({ domain_name: 'second.lister.example.com', status: 'pending' }),
    ],
  });
});
