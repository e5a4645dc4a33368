import { openLinkApi } from '#test/support/link-api.ts';

/** The link requests of the API reference, in its order, with its bodies; ids are those of the test's own workspace. */

let api: Awaited<ReturnType<typeof openLinkApi>>;
let owner: Awaited<ReturnType<typeof api.open>>;
let call: ReturnType<typeof api.callAs>;
let urlId: string;

beforeAll(async () => {
  api = await openLinkApi();
  owner = await api.open();
  call = api.callAs(owner.apiKey);
});

const ID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

test('creates a link', async () => {
  const { status, json } = await call('POST', '/api/shorten', {
    domain_id: owner.domainId,
    long_url: 'https://example.com/landing?utm_source=twitter&utm_medium=social&utm_campaign=spring',
    custom_slug: 'spring-launch',
    expires_at: '2096-12-31T23:59:59Z',
    password: 'optional-secret',
    redirect_status_code: 302,
  });
  expect({ status, json }).toEqual({
    status: 200,
    json: {
      url_id: ID,
      short_code: 'spring-launch',
      short_url: `https://${owner.host}/spring-launch`,
      expires_at: '2096-12-31T23:59:59.000Z',
      password_protected: true,
    },
  });
  urlId = json.url_id;
});

test('creates links in bulk', async () => {
  const { status, json } = await call('POST', '/api/shorten/bulk', {
    domain_id: owner.domainId,
    items: [
      {
        client_row_id: 'row-1',
        idempotency_key: 'import-session-abc-row-1',
        long_url: 'https://example.com/a',
        custom_slug: 'campaign-a',
      },
      {
        client_row_id: 'row-2',
        idempotency_key: 'import-session-abc-row-2',
        long_url: 'https://example.com/b',
        custom_slug: 'api',
      },
    ],
  });
  expect({ status, json }).toEqual({
    status: 200,
    json: {
      results: [
        {
          client_row_id: 'row-1',
          ok: true,
          idempotent: false,
          url_id: ID,
          short_code: 'campaign-a',
          short_url: `https://${owner.host}/campaign-a`,
        },
        {
          client_row_id: 'row-2',
          ok: false,
          error: expect.stringMatching(/^Slug is reserved/),
          code: 'slug_reserved',
        },
      ],
    },
  });
});

test('checks a slug', async () => {
  const check = (slug: string) => call('POST', '/api/check-slug', { domain_id: owner.domainId, slug });
  expect((await check('spring-launch-v3')).json).toEqual({ available: true });
  expect((await check('static')).json).toEqual({
    available: false,
    error: expect.stringMatching(/^Slug is reserved/),
    code: 'slug_reserved',
  });
});

test('updates the slug, the expiration and the password', async () => {
  const slug = await call('PUT', '/api/update-slug', { url_id: urlId, new_slug: 'spring-launch-v2' });
  expect(slug.json).toEqual({
    short_code: 'spring-launch-v2',
    short_url: `https://${owner.host}/spring-launch-v2`,
  });
  const expires = { url_id: urlId, expires_at: '2097-12-31T23:59:59Z' };
  expect((await call('PUT', '/api/update-expiration', expires)).json).toEqual({
    url_id: urlId,
    expires_at: '2097-12-31T23:59:59.000Z',
    was_expired: false,
  });
  const never = await call('PUT', '/api/update-expiration', { url_id: urlId, expires_at: null });
  expect(never.json).toEqual({ url_id: urlId, expires_at: null, was_expired: false });
  const set = await call('PUT', '/api/update-password', { url_id: urlId, password: 'new-password' });
  expect(set.json).toEqual({ url_id: urlId, password_protected: true });
  const removed = await call('PUT', '/api/update-password', { url_id: urlId, password: null });
  expect(removed.json).toEqual({ url_id: urlId, password_protected: false });
});

test('saves routing rules', async () => {
  const rule = {
    name: 'US mobile users',
    enabled: true,
    actionType: 'destination_override',
    conditions: { countryIn: ['US'], deviceTypeIn: ['mobile'], deviceOsIn: [], timeWindows: [] },
    destinationUrl: 'https://example.com/us-mobile',
  };
  const body = { url_id: urlId, operation: 'save', rules: [rule] };
  const { status, json } = await call('POST', '/api/links/routing-rules', body);
  expect({ status, json }).toEqual({ status: 200, json: { ok: true, url_id: urlId, rules: [rule] } });
});

test('finds, lists and gets the link, with either header and in the same shape', async () => {
  const found = await call('GET', `/api/v1/links/find?short_url=https://${owner.host}/spring-launch-v2`);
  const listed = await call('GET', `/api/v1/links?account_id=${owner.workspaceId}&limit=50`);
  const got = await call('GET', `/api/v1/links/${urlId}`);
  expect(got).toMatchObject({ status: 200, json: { ok: true, link: { url_id: urlId } } });
  expect(found.json).toEqual(got.json);
  expect(listed.json).toEqual({
    ok: true,
    links: expect.arrayContaining([got.json.link]),
    next_cursor: null,
  });
  const headers = { 'x-nim-api-key': owner.apiKey };
  const other = await api.call({ path: `/api/v1/links/${urlId}`, headers });
  expect(JSON.parse(other.text)).toEqual(got.json);
});

describe('the error table', () => {
  type Step = (workspace: Awaited<ReturnType<typeof api.open>>) => Promise<unknown>;
  const shorten = (members: object = {}) => [
    'POST',
    '/api/shorten',
    { long_url: 'https://example.com/', ...members },
  ];
  const plan =
    (name: 'free' | 'starter'): Step =>
    ({ workspaceId }) =>
      api.workspaces.setPlan(workspaceId, name);
  const domain =
    (changes: object): Step =>
    ({ workspaceId, domainId }) =>
      api.workspaces.updateDomain(workspaceId, domainId, changes);
  const slug = (custom_slug: string) => shorten({ custom_slug });

  test.each<[string, number, Step, unknown[]]>([
    ['slug_reserved', 422, async () => {}, slug('dashboard')],
    ['slug_reserved', 422, async () => {}, slug('x')],
    ['domain_disabled', 422, domain({ status: 'disabled' }), shorten()],
    ['custom_domain_not_ready', 422, domain({ status: 'pending' }), shorten()],
    [
      'account_suspended',
      403,
      ({ workspaceId }) => api.workspaces.setStatus(workspaceId, 'suspended'),
      shorten(),
    ],
    ['destination_blocked', 422, async () => {}, shorten({ long_url: 'ftp://example.com/' })],
    ['invalid_expires_at', 422, async () => {}, shorten({ expires_at: '2020-01-01T00:00:00Z' })],
    ['expiration_required', 422, domain({ policy: { expirationRequired: true } }), shorten()],
    ['feature_not_enabled', 403, plan('starter'), shorten({ password: 'secret' })],
  ])('%s is %i', async (code, status, prepare, [method, path, body]) => {
    const workspace = await api.open();
    await prepare(workspace);
    const given = { domain_id: workspace.domainId, ...(body as object) };
    const answer = await api.callAs(workspace.apiKey)(method as string, path as string, given);
    expect(answer).toMatchObject({
      status,
      json: { code, error: expect.any(String), support_reference: expect.any(String) },
    });
  });

  test('slug_unavailable is 422, expiration_update_not_allowed 422, routing_rules_not_allowed 403', async () => {
    const workspace = await api.open();
    const send = api.callAs(workspace.apiKey);
    const given = { domain_id: workspace.domainId, long_url: 'https://example.com/', custom_slug: 'taken' };
    const { url_id } = (await send('POST', '/api/shorten', given)).json;
    expect(await send('POST', '/api/shorten', given)).toMatchObject({
      status: 422,
      json: { code: 'slug_unavailable' },
    });
    await domain({ policy: { expirationChangesAllowed: false } })(workspace);
    const expiration = { url_id, expires_at: '2096-12-31T23:59:59Z' };
    expect(await send('PUT', '/api/update-expiration', expiration)).toMatchObject({
      status: 422,
      json: { code: 'expiration_update_not_allowed' },
    });
    await plan('free')(workspace);
    const rules = [{ name: 'a', actionType: 'destination_override', destinationUrl: 'https://example.com/' }];
    expect(
      await send('POST', '/api/links/routing-rules', { url_id, operation: 'save', rules }),
    ).toMatchObject({
      status: 403,
      json: { code: 'routing_rules_not_allowed' },
    });
  });
});
