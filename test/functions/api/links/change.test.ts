import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { verifyPassword } from '#shared/links/password.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
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
const NOWHERE = '018f0000-0000-7000-8000-00000000dead';
const aRule = (members: object = {}) => ({
  name: 'US mobile users',
  enabled: true,
  actionType: 'destination_override',
  conditions: { countryIn: ['US'], deviceTypeIn: ['mobile'], deviceOsIn: [], timeWindows: [] },
  destinationUrl: 'https://example.com/us-mobile',
  ...members,
});

let made = 0;
const freshSlug = () => `slug-${++made}`;
const stored = () => dynamodbLinkStore(openDatabase(), api.tables.links);
const find = async (urlId: string) => (await call('GET', `/api/v1/links/${urlId}`)).json.link;

/** A new link of the owner; gives its id. */
async function create(members: object = {}): Promise<string> {
  const body = { domain_id: owner.domainId, long_url: 'https://example.com/landing', ...members };
  return (await call('POST', '/api/shorten', body)).json.url_id;
}

/** A workspace of its own whose domain or plan is another one, with a link made before. */
async function elsewhere(
  changes: { plan?: 'free' | 'plus'; policy?: object; status?: 'disabled' },
  members = {},
) {
  const workspace = await api.open();
  const send = api.callAs(workspace.apiKey);
  const body = { domain_id: workspace.domainId, long_url: 'https://example.com/', ...members };
  const { url_id } = (await send('POST', '/api/shorten', body)).json;
  const { plan, ...domain } = changes;
  if (plan) await api.workspaces.setPlan(workspace.workspaceId, plan);
  await api.workspaces.updateDomain(workspace.workspaceId, workspace.domainId, domain);
  return { send, url_id: url_id as string };
}

const CHANGES: [string, string, (urlId: string) => object][] = [
  ['PUT', '/api/update-slug', (url_id) => ({ url_id, new_slug: 'anything' })],
  ['PUT', '/api/update-expiration', (url_id) => ({ url_id, expires_at: FUTURE })],
  ['PUT', '/api/update-password', (url_id) => ({ url_id, password: 'secret' })],
  ['PUT', '/api/update-destination', (url_id) => ({ url_id, long_url: 'https://example.com/' })],
  ['POST', '/api/links/routing-rules', (url_id) => ({ url_id, operation: 'save', rules: [aRule()] })],
  ['POST', '/api/delete-link', (url_id) => ({ url_id })],
];

describe.each(CHANGES)('%s %s', (method, path, body) => {
  test('finds no link of another workspace, none that never was, and none that is deleted', async () => {
    const other = await api.open();
    const given = { domain_id: other.domainId, long_url: 'https://example.com/' };
    const foreign = (await api.callAs(other.apiKey)('POST', '/api/shorten', given)).json.url_id;
    const deleted = await create();
    await call('POST', '/api/delete-link', { url_id: deleted });
    for (const urlId of [foreign, NOWHERE, deleted]) {
      const before = await api.kept();
      expect(await call(method, path, body(urlId))).toMatchObject({
        status: 404,
        json: { code: 'not_found' },
      });
      expect(await api.kept()).toBe(before);
    }
  });

  test('wants a valid id, and knows its fields', async () => {
    expect(await call(method, path, body('x'))).toMatchObject({ status: 400, json: { field: 'url_id' } });
    const urlId = await create();
    const unknown = await call(method, path, { ...body(urlId), force: true });
    expect(unknown).toMatchObject({ status: 400, json: { field: 'force' } });
  });
});

describe('PUT /api/update-slug', () => {
  const rename = (url_id: string, new_slug: unknown) => call('PUT', '/api/update-slug', { url_id, new_slug });

  test.each([
    ['admin', 422, 'slug_reserved'],
    ['ab', 422, 'slug_reserved'],
    ['a/b/c', 400, 'invalid_request'],
    [12345, 400, 'invalid_request'],
    [null, 400, 'invalid_request'],
  ])('%j is refused', async (slug, status, code) => {
    expect(await rename(await create(), slug)).toMatchObject({ status, json: { code, field: 'new_slug' } });
  });

  test('a slug of another link is unavailable', async () => {
    const slug = freshSlug();
    await create({ custom_slug: slug });
    const urlId = await create();
    expect(await rename(urlId, slug)).toMatchObject({ status: 422, json: { code: 'slug_unavailable' } });
  });

  test('nothing is renamed on a disabled domain', async () => {
    const { send, url_id } = await elsewhere({ status: 'disabled' });
    const answer = await send('PUT', '/api/update-slug', { url_id, new_slug: 'anything' });
    expect(answer).toMatchObject({ status: 422, json: { code: 'domain_disabled' } });
  });

  test('answers with the new slug; the old one is held for this link alone', async () => {
    const [old, fresh] = [freshSlug(), freshSlug()];
    const urlId = await create({ custom_slug: old });
    const answer = await rename(urlId, fresh);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ short_code: fresh, short_url: `https://${owner.host}/${fresh}` });
    const found = await call('GET', `/api/v1/links/find?domain_id=${owner.domainId}&short_code=${old}`);
    expect(found.status).toBe(404);
    expect((await rename(await create(), old)).status).toBe(422);
    expect((await rename(urlId, old)).status).toBe(200);
    expect((await find(urlId)).short_code).toBe(old);
  });

  test('its own slug may be given again', async () => {
    const slug = freshSlug();
    const urlId = await create({ custom_slug: slug });
    expect((await rename(urlId, slug)).json.short_code).toBe(slug);
  });

  test('twenty at once leave one link with one slug and no slug without a link', async () => {
    const urlId = await create();
    const slugs = Array.from({ length: 20 }, freshSlug);
    const answers = await Promise.all(slugs.map((slug) => rename(urlId, slug)));
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const { short_code } = await find(urlId);
    const store = stored();
    for (const slug of slugs) {
      const kind = (await store.findSlug(owner.domainId, slug, Date.now()))?.kind;
      expect(slug === short_code ? kind === 'link' : kind !== 'link').toBe(true);
    }
  });
});

describe('PUT /api/update-expiration', () => {
  const expire = (url_id: string, expires_at: unknown) =>
    call('PUT', '/api/update-expiration', { url_id, expires_at });

  test.each([
    ['2020-01-01T00:00:00Z', 422, 'invalid_expires_at'],
    ['2100-02-30T00:00:00Z', 422, 'invalid_expires_at'],
    ['2100-01-01', 422, 'invalid_expires_at'],
    [4_133_980_799, 400, 'invalid_request'],
    [undefined, 400, 'invalid_request'],
  ])('%j is refused', async (value, status, code) => {
    expect(await expire(await create(), value)).toMatchObject({
      status,
      json: { code, field: 'expires_at' },
    });
  });

  test('sets and removes an expiration', async () => {
    const url_id = await create();
    expect((await expire(url_id, FUTURE)).json).toEqual({
      url_id,
      expires_at: '2100-12-31T23:59:59.000Z',
      was_expired: false,
    });
    expect((await expire(url_id, null)).json).toEqual({ url_id, expires_at: null, was_expired: false });
  });

  test('tells whether it had passed', async () => {
    const url_id = await create();
    const store = stored();
    const link = (await store.find(owner.workspaceId, url_id))!;
    await store.replace(link, { ...link, expiresAtMs: 1_000 });
    expect((await find(url_id)).status).toBe('expired');
    expect((await expire(url_id, FUTURE)).json.was_expired).toBe(true);
  });

  test('cannot be removed where the domain requires it', async () => {
    const { send, url_id } = await elsewhere(
      { policy: { expirationRequired: true } },
      { expires_at: FUTURE },
    );
    const answer = await send('PUT', '/api/update-expiration', { url_id, expires_at: null });
    expect(answer).toMatchObject({ status: 422, json: { code: 'expiration_required' } });
  });

  test('cannot change where the domain forbids it', async () => {
    const { send, url_id } = await elsewhere({ policy: { expirationChangesAllowed: false } });
    for (const expires_at of [FUTURE, null]) {
      const answer = await send('PUT', '/api/update-expiration', { url_id, expires_at });
      expect(answer).toMatchObject({ status: 422, json: { code: 'expiration_update_not_allowed' } });
    }
  });
});

describe('PUT /api/update-password', () => {
  const protect = (url_id: string, password: unknown) =>
    call('PUT', '/api/update-password', { url_id, password });

  test.each(['', 'a\0b', 'x'.repeat(129), 1234, undefined])(
    '%j is refused and not repeated',
    async (password) => {
      const answer = await protect(await create(), password);
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request', field: 'password' } });
      expect(answer.text).not.toMatch(/1234|xxx/);
    },
  );

  test('needs a plan with passwords to set one, and none to remove one', async () => {
    const { send, url_id } = await elsewhere({ plan: 'free' }, { password: 'before' });
    const set = await send('PUT', '/api/update-password', { url_id, password: 'secret' });
    expect(set).toMatchObject({ status: 403, json: { code: 'feature_not_enabled' } });
    const removed = await send('PUT', '/api/update-password', { url_id, password: null });
    expect(removed.json).toEqual({ url_id, password_protected: false });
  });

  test('sets a password that only its hash knows, and removes it', async () => {
    const url_id = await create();
    expect((await protect(url_id, 'new-password')).json).toEqual({ url_id, password_protected: true });
    const { passwordHash } = (await stored().find(owner.workspaceId, url_id))!;
    expect((await verifyPassword(passwordHash!, 'new-password')).matches).toBe(true);
    expect(await find(url_id)).toMatchObject({ password_protected: true });
    expect(JSON.stringify(await find(url_id))).not.toContain('argon2');
    expect((await protect(url_id, null)).json).toEqual({ url_id, password_protected: false });
  });
});

describe('POST /api/delete-link', () => {
  test('stops the link, holds its slug and answers with the id', async () => {
    const slug = freshSlug();
    const url_id = await create({ custom_slug: slug });
    expect(await call('POST', '/api/delete-link', { url_id })).toMatchObject({
      status: 200,
      json: { ok: true, id: url_id },
    });
    expect((await call('GET', `/api/v1/links/${url_id}`)).status).toBe(404);
    const held = await stored().findSlug(owner.domainId, slug, Date.now());
    expect(held).toMatchObject({ kind: 'tombstone' });
  });
});
