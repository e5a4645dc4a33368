import { firstUuidAt } from '#shared/ids.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { linkCountsOf } from '#shared/roll-ups/cell.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import { openDatabase, openDynamoDb } from '#test/support/aws-clients.ts';
import { aClick } from '#test/support/clicks.ts';
import { openLinkApi } from '#test/support/link-api.ts';
import { aLink } from '#test/support/links.ts';

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

const shorten = async (members: object = {}) => {
  const body = { domain_id: owner.domainId, long_url: 'https://example.com/landing', ...members };
  return (await call('POST', '/api/shorten', body)).json;
};

/** Links made one after the other, oldest first; gives their ids. */
async function createLinks(count: number): Promise<string[]> {
  const store = dynamodbLinkStore(openDatabase(), api.tables.links);
  const ids = Array.from({ length: count }, (_, n) => firstUuidAt(1_800_000_000_000 + n));
  const { workspaceId, domainId, host: domain } = owner;
  const links = ids.map((urlId, n) =>
    aLink({ urlId, workspaceId, domainId, domain, shortCode: `code-${n}` }),
  );
  for (let at = 0; at < count; at += 25) {
    await store.createMany(links.slice(at, at + 25).map((link) => ({ link })));
  }
  return ids;
}

const idsOf = (answer: { json: { links: { url_id: string }[] } }) =>
  answer.json.links.map(({ url_id }) => url_id);

describe('GET /api/v1/links', () => {
  test.each(['0', '101', '-1', '1.5', 'many', '', '1e2', '0x10'])('limit=%s is refused', async (limit) => {
    expect(await call('GET', `/api/v1/links?limit=${limit}`)).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', field: 'limit' },
    });
  });

  test('an unknown parameter is named, and a repeated one is refused', async () => {
    expect(await call('GET', '/api/v1/links?offset=5')).toMatchObject({
      status: 400,
      json: { field: 'offset' },
    });
    expect(await call('GET', '/api/v1/links?limit=5&limit=6')).toMatchObject({
      status: 400,
      json: { field: 'limit' },
    });
  });

  test('another workspace is not found', async () => {
    const other = await api.open();
    expect((await call('GET', `/api/v1/links?account_id=${other.workspaceId}`)).status).toBe(404);
    expect((await call('GET', '/api/v1/links?account_id=me')).status).toBe(400);
    expect((await call('GET', `/api/v1/links?account_id=${owner.workspaceId.toUpperCase()}`)).status).toBe(
      200,
    );
  });

  test('a workspace without links has none', async () => {
    const answer = await call('GET', '/api/v1/links');
    expect(answer.json).toEqual({ ok: true, links: [], next_cursor: null });
  });

  test('gives 50 links unless told otherwise, newest first, and the rest by cursor', async () => {
    const ids = (await createLinks(120)).toReversed();
    const first = await call('GET', '/api/v1/links');
    expect(idsOf(first)).toEqual(ids.slice(0, 50));
    const second = await call('GET', `/api/v1/links?limit=100&cursor=${first.json.next_cursor}`);
    expect(idsOf(second)).toEqual(ids.slice(50));
    expect(second.json.next_cursor).toBeNull();
  });

  test('shows each link as it is shown alone', async () => {
    const { url_id } = await shorten({ title: 'Spring', password: 'secret' });
    const listed = (await call('GET', '/api/v1/links')).json.links;
    expect(listed).toEqual([(await call('GET', `/api/v1/links/${url_id}`)).json.link]);
  });

  test('a cursor that was changed, is of another workspace, or is none is refused', async () => {
    await createLinks(3);
    const cursor = (await call('GET', '/api/v1/links?limit=1')).json.next_cursor as string;
    const other = api.callAs((await api.open()).apiKey);
    const refusals = await Promise.all([
      call('GET', `/api/v1/links?cursor=${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`),
      call('GET', `/api/v1/links?cursor=x${cursor}`),
      call('GET', '/api/v1/links?cursor=abc'),
      call('GET', '/api/v1/links?cursor='),
      other('GET', `/api/v1/links?cursor=${cursor}`),
    ]);
    for (const answer of refusals) {
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request', field: 'cursor' } });
    }
  });

  test('links made and deleted meanwhile move nothing', async () => {
    const ids = (await createLinks(6)).toReversed();
    const first = await call('GET', '/api/v1/links?limit=3');
    await shorten();
    await call('POST', '/api/delete-link', { url_id: ids[2] });
    const second = await call('GET', `/api/v1/links?limit=3&cursor=${first.json.next_cursor}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  });
});

test('clicks are those of the roll-ups, alone and in the list', async () => {
  const { url_id } = await shorten();
  const { workspaceId } = owner;
  const rollUps = dynamodbRollUpStore(openDynamoDb(), api.tables);
  const click = aClick({ workspaceId, urlId: url_id });
  const add = linkCountsOf(click);
  const from = await rollUps.findCursor(workspaceId);
  const changes = [{ key: { kind: 'totals' as const, urlId: url_id }, add }];
  await rollUps.move({ workspaceId, from, to: from.position, changes });
  expect((await call('GET', `/api/v1/links/${url_id}`)).json.link.clicks).toBe(1);
  expect((await call('GET', '/api/v1/links')).json.links[0].clicks).toBe(1);
});

describe('GET /api/v1/links/find', () => {
  const find = (query: Record<string, string>) =>
    call('GET', `/api/v1/links/find?${new URLSearchParams(query)}`);

  test.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['a slug alone', { short_code: 'spring' }],
    ['a domain alone', { domain_id: '00000000-0000-0000-0000-000000000000' }],
    [
      'both ways',
      {
        short_url: 'https://a.example/b',
        domain_id: '00000000-0000-0000-0000-000000000000',
        short_code: 'b',
      },
    ],
    ['a short URL without a slug', { short_url: 'https://links.example.com/' }],
    ['a short URL with two segments', { short_url: 'https://links.example.com/a/b' }],
    ['no URL', { short_url: 'https://' }],
    ['an empty one', { short_url: '' }],
    ['an unknown parameter', { short_url: 'https://a.example/b', slug: 'b' }],
  ])('%s is refused', async (_what, query) => {
    expect(await find(query)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });

  test('an unknown host, slug or domain is not found, nor is one of another workspace', async () => {
    const other = await api.open();
    const body = { domain_id: other.domainId, long_url: 'https://example.com/', custom_slug: 'spring' };
    await api.callAs(other.apiKey)('POST', '/api/shorten', body);
    const deleted = await shorten({ custom_slug: 'gone-by-now' });
    await call('POST', '/api/delete-link', { url_id: deleted.url_id });
    const queries = [
      { short_url: 'https://nowhere.example/spring' },
      { short_url: `https://${owner.host}/spring` },
      { short_url: `https://www.${owner.host}/spring` },
      { short_url: `https://${other.host}/spring` },
      { domain_id: other.domainId, short_code: 'spring' },
      { domain_id: owner.domainId, short_code: '../x' },
      { domain_id: owner.domainId, short_code: 'gone-by-now' },
    ];
    for (const query of queries) {
      const answer = await find(query);
      expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
      expect(answer.text).not.toContain(other.workspaceId);
      if (!('domain_id' in query)) expect(answer.text).not.toContain(other.domainId);
    }
  });

  test('a link is found by any spelling of its short URL, and by domain and slug', async () => {
    const { url_id } = await shorten({ custom_slug: 'Spring-Launch' });
    const { host, domainId } = owner;
    const queries = [
      { short_url: `https://${host}/Spring-Launch` },
      { short_url: `http://${host.toUpperCase()}:3001/Spring-Launch?nr=qr#x` },
      { short_url: `${host}./Spring-Launch` },
      { short_url: `https://${host}/Spring-Launch/` },
      { short_url: ` ${host}/Spring-Launch).` },
      { domain_id: domainId, short_code: 'Spring-Launch' },
    ];
    const alone = (await call('GET', `/api/v1/links/${url_id}`)).json;
    for (const query of queries) expect((await find(query)).json).toEqual(alone);
    expect((await find({ short_url: `https://${host}/spring-launch` })).status).toBe(404);
  });
});

describe('GET /api/v1/links/{id}', () => {
  test('wants an id', async () => {
    expect(await call('GET', '/api/v1/links/spring')).toMatchObject({ status: 400, json: { field: 'id' } });
    expect((await call('GET', '/api/v1/links/22222222-2222-2222-2222-222222222222')).status).toBe(404);
  });

  test('finds no link of another workspace', async () => {
    const { url_id } = await shorten();
    const other = api.callAs((await api.open()).apiKey);
    expect((await other('GET', `/api/v1/links/${url_id}`)).status).toBe(404);
  });

  test('takes an id in capitals', async () => {
    const { url_id } = await shorten();
    expect((await call('GET', `/api/v1/links/${url_id.toUpperCase()}`)).json.link.url_id).toBe(url_id);
  });
});
