import { openLinkApi } from '#test/support/link-api.ts';

let api: Awaited<ReturnType<typeof openLinkApi>>;
let owner: Awaited<ReturnType<typeof api.open>>;
let call: ReturnType<typeof api.callAs>;

beforeAll(async () => {
  api = await openLinkApi();
});
beforeEach(async () => {
  owner = await api.open();
  call = api.callAs(owner.apiKey);
});

const row = (n: number | string, members: object = {}) => ({
  client_row_id: `row-${n}`,
  idempotency_key: `import-session-abc-row-${n}`,
  long_url: `https://example.com/${n}`,
  ...members,
});
const bulk = (items: unknown, members: object = {}) =>
  call('POST', '/api/shorten/bulk', { domain_id: owner.domainId, items, ...members });
const links = async () => (await call('GET', '/api/v1/links?limit=100')).json.links as { url_id: string }[];

test.each<[string, unknown]>([
  ['no rows', []],
  ['26 rows', Array.from({ length: 26 }, (_, n) => row(n))],
  ['rows that are no list', { 0: row(0) }],
])('%s are refused as a whole', async (_what, items) => {
  expect(await bulk(items)).toMatchObject({ status: 400, json: { code: 'invalid_request', field: 'items' } });
  expect(await links()).toEqual([]);
});

test('an unknown field beside the rows is named', async () => {
  expect(await bulk([row(1)], { dry_run: true })).toMatchObject({ status: 400, json: { field: 'dry_run' } });
});

test('a domain of another workspace, or one that is disabled, stops the whole request', async () => {
  const other = await api.open();
  expect((await bulk([row(1)], { domain_id: other.domainId })).status).toBe(404);
  await api.workspaces.updateDomain(owner.workspaceId, owner.domainId, { status: 'disabled' });
  expect(await bulk([row(1)])).toMatchObject({ status: 422, json: { code: 'domain_disabled' } });
});

test('a row says whether its link hands queries on; the same key with another word is a conflict', async () => {
  const forwarding = row(1, { forward_query: true });
  const { results } = (await bulk([forwarding, row(2)])).json;
  const shown = async ({ url_id }: { url_id: string }) =>
    (await call('GET', `/api/v1/links/${url_id}`)).json.link.forward_query;
  expect([await shown(results[0]), await shown(results[1])]).toEqual([true, false]);
  const again = (await bulk([row(1), forwarding, row(3, { forward_query: 'yes' })])).json.results;
  expect(again).toMatchObject([
    { code: 'idempotency_conflict' },
    { ok: true, idempotent: true },
    { code: 'invalid_request' },
  ]);
});

test('rows answer as the page shows them, in order', async () => {
  const answer = await bulk([
    row(1, { long_url: 'https://example.com/a', custom_slug: 'campaign-a' }),
    row(2, { long_url: 'https://example.com/b', custom_slug: 'admin' }),
    row(3, { expires_at: '2100-12-31T23:59:59Z' }),
  ]);
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({
    results: [
      {
        client_row_id: 'row-1',
        ok: true,
        idempotent: false,
        url_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        short_code: 'campaign-a',
        short_url: `https://${owner.host}/campaign-a`,
      },
      {
        client_row_id: 'row-2',
        ok: false,
        error: expect.stringMatching(/^Slug is reserved/),
        code: 'slug_reserved',
      },
      {
        client_row_id: 'row-3',
        ok: true,
        idempotent: false,
        url_id: expect.any(String),
        short_code: expect.stringMatching(/^\w{7}$/),
        short_url: expect.any(String),
      },
    ],
  });
  const { link } = (await call('GET', `/api/v1/links/${answer.json.results[2].url_id}`)).json;
  expect(link).toMatchObject({
    destination_url: 'https://example.com/3',
    expires_at: '2100-12-31T23:59:59.000Z',
  });
});

test('each kind of wrong row is told what is wrong with it, and stops no other', async () => {
  const { json } = await bulk([
    'no row',
    null,
    row(2, { client_row_id: 7 }),
    row(3, { idempotency_key: '' }),
    row(4, { idempotency_key: undefined }),
    row(5, { long_url: undefined }),
    row(6, { title: 'x' }),
    row(7, { custom_slug: 'a b c' }),
    row(8, { long_url: 'https://10.0.0.1/' }),
    row(9, { expires_at: '2020-01-01T00:00:00Z' }),
    row(10, { idempotency_key: 'x'.repeat(256) }),
    row(11),
  ]);
  const codes = json.results.map((result: { client_row_id: unknown; code?: string }) => [
    result.client_row_id,
    result.code ?? 'ok',
  ]);
  expect(codes).toEqual([
    [null, 'invalid_request'],
    [null, 'invalid_request'],
    [null, 'invalid_request'],
    ['row-3', 'invalid_request'],
    ['row-4', 'invalid_request'],
    ['row-5', 'invalid_request'],
    ['row-6', 'invalid_request'],
    ['row-7', 'invalid_request'],
    ['row-8', 'destination_blocked'],
    ['row-9', 'invalid_expires_at'],
    ['row-10', 'invalid_request'],
    ['row-11', 'ok'],
  ]);
  expect(json.results[5].error).toMatch(/items\[5\]/);
  expect(json.results[6].error).toMatch(/title/);
  expect(await links()).toHaveLength(1);
});

test('the domain wants an expiration of each row', async () => {
  const policy = { expirationRequired: true };
  await api.workspaces.updateDomain(owner.workspaceId, owner.domainId, { policy });
  const { json } = await bulk([row(1), row(2, { expires_at: '2100-01-01T00:00:00Z' })]);
  expect(json.results).toMatchObject([{ ok: false, code: 'expiration_required' }, { ok: true }]);
});

describe('an idempotency key', () => {
  test('that is replayed gives the stored result and makes nothing', async () => {
    const items = [row(1), row(2, { custom_slug: 'second' })];
    const first = await bulk(items);
    const before = await api.kept();
    const again = await bulk(items);
    expect(again.json.results).toEqual(
      first.json.results.map((result: object) => ({ ...result, idempotent: true })),
    );
    expect(await api.kept()).toBe(before);
  });

  test('gives the stored result also after the link was renamed', async () => {
    const { json } = await bulk([row(1, { custom_slug: 'before' })]);
    await call('PUT', '/api/update-slug', { url_id: json.results[0].url_id, new_slug: 'after' });
    expect((await bulk([row(1, { custom_slug: 'before' })])).json.results[0]).toEqual({
      ...json.results[0],
      idempotent: true,
    });
  });

  test('gives the stored result also when the row would be refused by now', async () => {
    const { json } = await bulk([row(1)]);
    const policy = { expirationRequired: true };
    await api.workspaces.updateDomain(owner.workspaceId, owner.domainId, { policy });
    const again = await bulk([row(1), row(2)]);
    expect(again.json.results).toMatchObject([
      { ...json.results[0], idempotent: true },
      { ok: false, code: 'expiration_required' },
    ]);
  });

  test('with another body is a conflict of its row', async () => {
    await bulk([row(1)]);
    for (const other of [
      { long_url: 'https://example.org/' },
      { custom_slug: 'other' },
      { expires_at: '2100-01-01T00:00:00Z' },
    ]) {
      const { json } = await bulk([row(1, other), row(2)]);
      expect(json.results[0]).toMatchObject({ ok: false, code: 'idempotency_conflict' });
      expect(json.results[1].ok).toBe(true);
    }
    expect(await links()).toHaveLength(2);
  });

  test('is about the link, not about the row: another row id is the same mutation', async () => {
    const first = await bulk([row(1)]);
    const again = await bulk([row(1, { client_row_id: 'renumbered' })]);
    expect(again.json.results[0]).toEqual({
      ...first.json.results[0],
      client_row_id: 'renumbered',
      idempotent: true,
    });
  });

  test('that stands twice in a request makes one link', async () => {
    const { json } = await bulk([row(1), row(1), row(1, { long_url: 'https://example.org/' })]);
    expect(json.results).toMatchObject([
      { ok: true, idempotent: false },
      { ok: true, idempotent: true, url_id: json.results[0].url_id },
      { ok: false, code: 'idempotency_conflict' },
    ]);
    expect(await links()).toHaveLength(1);
  });

  test('of a row that was refused is free for a better one', async () => {
    expect((await bulk([row(1, { custom_slug: 'admin' })])).json.results[0].ok).toBe(false);
    expect((await bulk([row(1, { custom_slug: 'admins' })])).json.results[0]).toMatchObject({
      ok: true,
      idempotent: false,
    });
  });

  test('belongs to its workspace', async () => {
    await bulk([row(1)]);
    const other = await api.open();
    const answer = await api.callAs(other.apiKey)('POST', '/api/shorten/bulk', {
      domain_id: other.domainId,
      items: [row(1)],
    });
    expect(answer.json.results[0]).toMatchObject({ ok: true, idempotent: false });
  });

  test('that twenty requests bring at once makes one link', async () => {
    const items = [row(1, { custom_slug: 'one' }), row(2), row(3)];
    const answers = await Promise.all(Array.from({ length: 20 }, () => bulk(items)));
    for (const n of [0, 1, 2]) {
      const results = answers.map(({ json }) => json.results[n]);
      expect(new Set(results.map(({ url_id }) => url_id)).size).toBe(1);
      expect(results.filter(({ idempotent }) => !idempotent)).toHaveLength(1);
    }
    expect(await links()).toHaveLength(3);
  });
});

test('one slug that two rows want goes to the first', async () => {
  const { json } = await bulk([row(1, { custom_slug: 'same' }), row(2, { custom_slug: 'same' }), row(3)]);
  expect(json.results).toMatchObject([{ ok: true }, { ok: false, code: 'slug_unavailable' }, { ok: true }]);
});

test('a slug that its first row may not have goes to the second', async () => {
  const { json } = await bulk([
    row(1, { custom_slug: 'same', long_url: 'ftp://example.com/' }),
    row(2, { custom_slug: 'same' }),
  ]);
  expect(json.results).toMatchObject([{ ok: false, code: 'destination_blocked' }, { ok: true }]);
});

test('25 rows whose quota ends: the first ones get what is left', async () => {
  await api.workspaces.setPlan(owner.workspaceId, 'free');
  const rows = (from: number) => Array.from({ length: 25 }, (_, n) => row(from + n));
  await bulk(rows(0));
  await bulk(rows(5));
  const { status, json } = await bulk(rows(30));
  expect(status).toBe(200);
  const outcomes = json.results.map((result: { ok: boolean; code?: string }) => result.code ?? 'ok');
  expect(outcomes).toEqual([...Array(20).fill('ok'), ...Array(5).fill('monthly_quota_exceeded')]);
  const replayed = await bulk(rows(0));
  expect(replayed.json.results.every((result: { idempotent: boolean }) => result.idempotent)).toBe(true);
});
