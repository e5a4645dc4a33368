import { openLinkApi } from '#test/support/link-api.ts';

let api: Awaited<ReturnType<typeof openLinkApi>>;
let owner: Awaited<ReturnType<typeof api.open>>;
let call: ReturnType<typeof api.callAs>;

beforeAll(async () => {
  api = await openLinkApi();
  owner = await api.open();
  call = api.callAs(owner.apiKey);
});

const FUTURE = '2100-12-31T23:59:59Z';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let made = 0;
const freshSlug = () => `fresh-${++made}`;
const body = (members: object = {}) => ({
  domain_id: owner.domainId,
  long_url: 'https://example.com/landing',
  ...members,
});
const shorten = (members: object = {}) => call('POST', '/api/shorten', body(members));
const find = async (urlId: string) => (await call('GET', `/api/v1/links/${urlId}`)).json.link;

/** Sends what must be refused, and checks that nothing came of it. */
async function refused(given: unknown) {
  const before = await api.kept();
  const answer = await call('POST', '/api/shorten', given);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await api.kept()).toBe(before);
  expect(answer.json.support_reference).toBe('request-1');
  return answer;
}

describe('POST /api/shorten refuses', () => {
  test.each<[string, object, string]>([
    ['no domain', { domain_id: undefined }, 'domain_id'],
    ['a domain that is no id', { domain_id: 'links.example.com' }, 'domain_id'],
    ['no destination', { long_url: undefined }, 'long_url'],
    ['a number as destination', { long_url: 5 }, 'long_url'],
    ['an unknown field', { slug: 'spring' }, 'slug'],
    ['an unknown UTM field', { utm: { id: 'x' } }, 'utm.id'],
    ['a slug of unusual characters', { custom_slug: 'spring launch' }, 'custom_slug'],
    ['a slug outside of ASCII', { custom_slug: 'frühling' }, 'custom_slug'],
    ['a slug of 65 characters', { custom_slug: 'x'.repeat(65) }, 'custom_slug'],
    ['a slug that is a number', { custom_slug: 12345 }, 'custom_slug'],
    ['status code 200', { redirect_status_code: 200 }, 'redirect_status_code'],
    ['status code 307', { redirect_status_code: 307 }, 'redirect_status_code'],
    ['status code "302"', { redirect_status_code: '302' }, 'redirect_status_code'],
    ['an expiration in ms', { expires_at: 4_133_980_799_000 }, 'expires_at'],
    ['an empty password', { password: '' }, 'password'],
    ['a password with NUL', { password: 'a\0b' }, 'password'],
    ['a password of 129 characters', { password: 'x'.repeat(129) }, 'password'],
    ['a password that is a number', { password: 1234 }, 'password'],
    ['tags as text', { tags: 'a,b' }, 'tags'],
    ['a tag with a comma', { tags: ['a,b'] }, 'tags[0]'],
    ['parameters that are no texts', { custom_query_params: { a: 1 } }, 'custom_query_params.a'],
    ['a title with a line end', { title: 'a\nb' }, 'title'],
    ['an unknown type', { type: 'static' }, 'type'],
    ['expired as a status', { status: 'expired' }, 'status'],
    ['yes for a boolean', { pass_click_id: 'yes' }, 'pass_click_id'],
    ['null for a boolean', { forward_query: null }, 'forward_query'],
  ])('%s with 400', async (_what, members, field) => {
    expect(await refused(body(members))).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', field },
    });
  });

  test.each<[string, unknown]>([
    ['an array', []],
    ['no JSON', '{"long_url":'],
    ['an empty body', ''],
    ['a duplicate key', '{"long_url":"https://example.com/","long_url":"https://example.org/"}'],
    ['__proto__', '{"__proto__":{"long_url":"https://example.com/"}}'],
    ['half a surrogate pair', '{"long_url":"https://example.com/","title":"\\ud800"}'],
    ['10,000 brackets', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a number beyond all numbers', '{"redirect_status_code":1e309}'],
  ])('%s with 400', async (_what, given) => {
    expect(await refused(given)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });

  test('a megabyte of password with 413', async () => {
    const answer = await refused(body({ password: 'x'.repeat(1_000_000) }));
    expect(answer).toMatchObject({ status: 413, json: { code: 'payload_too_large' } });
  });

  test.each<[string, object, string]>([
    ['a reserved slug', { custom_slug: 'Admin' }, 'slug_reserved'],
    ['a short slug', { custom_slug: 'ab' }, 'slug_reserved'],
    ['two dots as a slug', { custom_slug: '..' }, 'slug_reserved'],
    ['a forbidden scheme', { long_url: 'javascript:alert(1)' }, 'destination_blocked'],
    ['http where it is not allowed', { long_url: 'http://example.com/' }, 'destination_blocked'],
    ['userinfo', { long_url: 'https://user@example.com/' }, 'destination_blocked'],
    ['a metadata host', { long_url: 'https://[::ffff:a9fe:a9fe]/' }, 'destination_blocked'],
    ['2,049 characters', { long_url: 'https://example.com/'.padEnd(2_049, 'a') }, 'destination_blocked'],
    ['a past expiration', { expires_at: '2020-01-01T00:00:00Z' }, 'invalid_expires_at'],
    ['an impossible expiration', { expires_at: '2100-02-30T00:00:00Z' }, 'invalid_expires_at'],
    ['an expiration without zone', { expires_at: '2100-01-01T00:00:00' }, 'invalid_expires_at'],
  ])('%s with 422', async (_what, members, code) => {
    expect(await refused(body(members))).toMatchObject({ status: 422, json: { code } });
  });

  test('its own short domains as destination, capitals and trailing dot too', async () => {
    const other = await api.open();
    for (const host of [owner.host, owner.host.toUpperCase(), `${owner.host}.`, other.host]) {
      const answer = await refused(body({ long_url: `https://${host}/x` }));
      expect(answer).toMatchObject({ status: 422, json: { code: 'destination_blocked' } });
    }
  });

  test('a domain of another workspace with 404', async () => {
    const other = await api.open();
    expect(await refused(body({ domain_id: other.domainId }))).toMatchObject({
      status: 404,
      json: { code: 'not_found' },
    });
  });

  test('a taken slug, and one that was deleted, with slug_unavailable', async () => {
    const slug = freshSlug();
    const first = await shorten({ custom_slug: slug });
    expect(await refused(body({ custom_slug: slug }))).toMatchObject({
      status: 422,
      json: { code: 'slug_unavailable', field: 'custom_slug' },
    });
    await call('POST', '/api/delete-link', { url_id: first.json.url_id });
    expect(await refused(body({ custom_slug: slug }))).toMatchObject({ status: 422 });
  });
});

describe('the domain decides', () => {
  const onDomain = async (changes: object, members: object = {}) => {
    const workspace = await api.open();
    await api.workspaces.updateDomain(workspace.workspaceId, workspace.domainId, changes);
    const given = body({ domain_id: workspace.domainId, ...members });
    return api.callAs(workspace.apiKey)('POST', '/api/shorten', given);
  };

  test('a disabled one takes no links', async () => {
    expect(await onDomain({ status: 'disabled' })).toMatchObject({
      status: 422,
      json: { code: 'domain_disabled' },
    });
  });

  test('one that is not ready takes none either', async () => {
    expect(await onDomain({ status: 'pending' })).toMatchObject({
      status: 422,
      json: { code: 'custom_domain_not_ready' },
    });
  });

  test('whether an expiration is needed', async () => {
    const policy = { expirationRequired: true };
    expect(await onDomain({ policy })).toMatchObject({ status: 422, json: { code: 'expiration_required' } });
    expect((await onDomain({ policy }, { expires_at: FUTURE })).status).toBe(200);
  });

  test('whether http is allowed', async () => {
    const long_url = 'http://example.com/';
    expect((await onDomain({ policy: { allowHttp: true } }, { long_url })).status).toBe(200);
  });
});

describe('the plan decides', () => {
  const onPlan = async (plan: 'free' | 'starter' | 'plus') => {
    const workspace = await api.open();
    await api.workspaces.setPlan(workspace.workspaceId, plan);
    const send = api.callAs(workspace.apiKey);
    return {
      workspace,
      send,
      body: (members: object) => body({ domain_id: workspace.domainId, ...members }),
    };
  };

  test.each(['free', 'starter'] as const)('%s has no passwords', async (plan) => {
    const { send, body: given } = await onPlan(plan);
    expect(await send('POST', '/api/shorten', given({ password: 'secret' }))).toMatchObject({
      status: 403,
      json: { code: 'feature_not_enabled' },
    });
  });

  test('plus has passwords', async () => {
    const { send, body: given } = await onPlan('plus');
    const answer = await send('POST', '/api/shorten', given({ password: 'secret' }));
    expect(answer).toMatchObject({ status: 200, json: { password_protected: true } });
  });

  test('free has 50 links a month, and what is refused takes none of them', async () => {
    const { workspace, send, body: given } = await onPlan('free');
    const rows = (from: number) =>
      Array.from({ length: 25 }, (_, n) => ({
        client_row_id: `${n}`,
        idempotency_key: `key-${from + n}`,
        long_url: from + n === 30 ? 'ftp://example.com/' : 'https://example.com/',
      }));
    const bulk = (from: number) =>
      send('POST', '/api/shorten/bulk', { domain_id: workspace.domainId, items: rows(from) });
    await bulk(0);
    await bulk(25);
    await bulk(25);
    await send('POST', '/api/shorten', given({ custom_slug: 'admin' }));
    expect((await send('POST', '/api/shorten', given({ custom_slug: 'fiftieth' }))).status).toBe(200);
    const beyond = await send('POST', '/api/shorten', given({}));
    expect(beyond).toMatchObject({ status: 429, json: { code: 'monthly_quota_exceeded' } });
    expect(Number(beyond.headers['retry-after'])).toBeGreaterThan(0);
    const list = await send('GET', '/api/v1/links?limit=100');
    expect(list.json.links).toHaveLength(50);
  });
});

describe('POST /api/shorten', () => {
  test('makes a link as the page shows it', async () => {
    const answer = await shorten({
      long_url: 'https://example.com/landing?utm_source=twitter&utm_medium=social&utm_campaign=spring',
      custom_slug: 'spring-launch',
      expires_at: FUTURE,
      password: 'optional-secret',
      redirect_status_code: 302,
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      url_id: expect.stringMatching(UUID),
      short_code: 'spring-launch',
      short_url: `https://${owner.host}/spring-launch`,
      expires_at: '2100-12-31T23:59:59.000Z',
      password_protected: true,
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'ratelimit-limit': expect.any(String),
      'ratelimit-remaining': expect.any(String),
      'ratelimit-reset': expect.any(String),
    });
    expect(await find(answer.json.url_id)).toEqual({
      url_id: answer.json.url_id,
      account_id: owner.workspaceId,
      domain_id: owner.domainId,
      domain: owner.host,
      short_code: 'spring-launch',
      short_url: `https://${owner.host}/spring-launch`,
      destination_url: 'https://example.com/landing?utm_source=twitter&utm_medium=social&utm_campaign=spring',
      title: null,
      utm: { source: 'twitter', medium: 'social', campaign: 'spring', term: null, content: null },
      custom_query_params: {},
      space: null,
      tags: [],
      type: 'unified',
      status: 'active',
      expires_at: '2100-12-31T23:59:59.000Z',
      password_protected: true,
      redirect_status_code: 302,
      pass_click_id: false,
      forward_query: false,
      routing_rules: [],
      qr: null,
      clicks: 0,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await api.kept()).not.toContain('optional-secret');
  });

  test('makes up a slug, and says nothing where nothing was given', async () => {
    const answer = await shorten({ custom_slug: null, expires_at: null, password: null });
    expect(answer.json).toEqual({
      url_id: expect.stringMatching(UUID),
      short_code: expect.stringMatching(/^[A-Za-z2-9]{7}$/),
      short_url: `https://${owner.host}/${answer.json.short_code}`,
      expires_at: null,
      password_protected: false,
    });
  });

  test('takes everything else that a link has', async () => {
    const details = {
      title: 'Spring',
      utm: { source: 'mail', term: 'shoes' },
      custom_query_params: { ref: 'a&b', empty: '' },
      space: 'Marketing',
      tags: ['eu', 'spring'],
      type: 'dynamic',
      status: 'disabled',
      redirect_status_code: 301,
      pass_click_id: true,
      forward_query: true,
    };
    const { json } = await shorten({
      ...details,
      long_url: 'https://example.com/?utm_source=x&utm_medium=y',
    });
    expect(await find(json.url_id)).toMatchObject({
      ...details,
      destination_url: 'https://example.com/?utm_source=mail&utm_medium=y&ref=a%26b&empty=&utm_term=shoes',
      utm: { source: 'mail', medium: 'y', campaign: null, term: 'shoes', content: null },
    });
  });

  test('takes ids in capitals', async () => {
    expect((await shorten({ domain_id: owner.domainId.toUpperCase() })).status).toBe(200);
  });

  test('counts slugs that differ by case as two', async () => {
    const slug = freshSlug();
    expect((await shorten({ custom_slug: slug })).status).toBe(200);
    expect((await shorten({ custom_slug: slug.toUpperCase() })).status).toBe(200);
  });

  test('a hundred at once for one slug: one gets it, the others are told', async () => {
    const slug = freshSlug();
    const answers = await Promise.all(Array.from({ length: 100 }, () => shorten({ custom_slug: slug })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array(99).fill(422)]);
    const codes = answers.filter(({ status }) => status === 422).map(({ json }) => json.code);
    expect(new Set(codes)).toEqual(new Set(['slug_unavailable']));
  });
});

describe('POST /api/check-slug', () => {
  const check = (slug: unknown, domain_id = owner.domainId) =>
    call('POST', '/api/check-slug', { domain_id, slug });

  test('refuses what is no text, and domains of others', async () => {
    expect(await check(5)).toMatchObject({ status: 400, json: { field: 'slug' } });
    const other = await api.open();
    expect((await check('spring', other.domainId)).status).toBe(404);
  });

  test('a free slug is available', async () => {
    expect(await check(freshSlug())).toMatchObject({ status: 200, json: { available: true } });
    expect((await check(freshSlug())).json).toEqual({ available: true });
  });

  test.each([
    ['admin', 'slug_reserved', /^Slug is reserved/],
    ['LOGIN', 'slug_reserved', /^Slug is reserved/],
    ['x', 'slug_reserved', /^Slug is too short/],
    ['', 'slug_reserved', /^Slug is too short/],
    ['a b c', 'invalid_request', /3 to 64/],
  ])('%j is not, with its reason', async (slug, code, error) => {
    const answer = await check(slug);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ available: false, error: expect.stringMatching(error), code });
  });

  test('a taken or held slug is not', async () => {
    const slug = freshSlug();
    const { json } = await shorten({ custom_slug: slug });
    expect((await check(slug)).json).toMatchObject({ available: false, code: 'slug_unavailable' });
    await call('POST', '/api/delete-link', { url_id: json.url_id });
    expect((await check(slug)).json).toMatchObject({ available: false, code: 'slug_unavailable' });
  });

  test('nothing is available on a disabled domain', async () => {
    const workspace = await api.open();
    await api.workspaces.updateDomain(workspace.workspaceId, workspace.domainId, { status: 'disabled' });
    const answer = await api.callAs(workspace.apiKey)('POST', '/api/check-slug', {
      domain_id: workspace.domainId,
      slug: 'spring',
    });
    expect(answer).toMatchObject({ status: 200, json: { available: false, code: 'domain_disabled' } });
  });
});
