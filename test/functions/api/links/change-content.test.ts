import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
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

const aRule = (members: object = {}) => ({
  name: 'US mobile users',
  enabled: true,
  actionType: 'destination_override',
  conditions: { countryIn: ['US'], deviceTypeIn: ['mobile'], deviceOsIn: [], timeWindows: [] },
  destinationUrl: 'https://example.com/us-mobile',
  ...members,
});

const find = async (urlId: string) => (await call('GET', `/api/v1/links/${urlId}`)).json.link;

/** A new link of the owner; gives its id. */
async function create(members: object = {}): Promise<string> {
  const body = { domain_id: owner.domainId, long_url: 'https://example.com/landing', ...members };
  return (await call('POST', '/api/shorten', body)).json.url_id;
}

/** Another workspace with a link that was made before its plan changed. */
async function elsewhere(plan: 'free' | 'enterprise' = 'enterprise') {
  const workspace = await api.open();
  const send = api.callAs(workspace.apiKey);
  const body = { domain_id: workspace.domainId, long_url: 'https://example.com/' };
  const { url_id } = (await send('POST', '/api/shorten', body)).json;
  await api.workspaces.setPlan(workspace.workspaceId, plan);
  return { send, url_id: url_id as string };
}

describe('PUT /api/update-destination', () => {
  const move = (url_id: string, members: object) =>
    call('PUT', '/api/update-destination', { url_id, ...members });

  test('wants one destination, and a good one', async () => {
    const urlId = await create();
    for (const members of [{}, { long_url: 'https://a.example/', destination_url: 'https://b.example/' }]) {
      expect((await move(urlId, members)).status).toBe(400);
    }
    for (const long_url of ['javascript:alert(1)', 'https://127.1/', `https://${owner.host}/x`]) {
      expect(await move(urlId, { long_url })).toMatchObject({
        status: 422,
        json: { code: 'destination_blocked', field: 'long_url' },
      });
    }
  });

  test('answers with the link: the destination as it was typed, and the UTM fields that stand in it', async () => {
    const urlId = await create({
      long_url: 'https://example.com/?utm_source=a&utm_medium=b',
      utm: { medium: 'own' },
    });
    const answer = await move(urlId, { destination_url: 'https://Example.org/?utm_source=c&utm_term=d%7E' });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      ok: true,
      link: {
        url_id: urlId,
        destination_url: 'https://Example.org/?utm_source=c&utm_term=d%7E',
        utm: { source: 'c', medium: null, term: 'd~' },
      },
    });
    expect(answer.json.link).toEqual(await find(urlId));
  });
});

describe('PATCH /api/v1/links/{id}', () => {
  const patch = (urlId: string, members: object) => call('PATCH', `/api/v1/links/${urlId}`, members);

  test('refuses a forbidden destination and changes nothing else with it', async () => {
    const urlId = await create({ title: 'before' });
    const answer = await patch(urlId, { title: 'after', destination_url: 'https://127.1/' });
    expect(answer).toMatchObject({
      status: 422,
      json: { code: 'destination_blocked', field: 'destination_url' },
    });
    expect((await find(urlId)).title).toBe('before');
  });

  test('moves a link; UTM fields of the body win over those of the new destination', async () => {
    const urlId = await create({ long_url: 'https://example.com/?utm_source=a' });
    const long_url = 'https://example.org/?utm_source=b&utm_term=c';
    const { json } = await patch(urlId, { long_url, utm: { term: 'own' } });
    expect(json.link).toMatchObject({
      destination_url: 'https://example.org/?utm_source=b&utm_term=own',
      utm: { source: 'b', term: 'own' },
    });
  });

  const TYPED = 'https://example.com/?utm_source=News%20Letter&c=%7E&utm_source=two';
  const leadsTo = async (urlId: string) => {
    const { short_code } = await find(urlId);
    const slug = await dynamodbLinkStore(openDatabase(), api.tables.links).findSlug(
      owner.domainId,
      short_code,
      Date.now(),
    );
    return slug?.kind === 'link' ? slug.link.destinationUrl : undefined;
  };

  test('a destination stays as it was typed while other members change, for redirects, too', async () => {
    const urlId = await create({ long_url: TYPED });
    await patch(urlId, { title: 'After', tags: ['a'] });
    const said = { utm: { source: 'News Letter' }, custom_query_params: { c: '~' } };
    expect((await patch(urlId, said)).json.link).toMatchObject({ destination_url: TYPED, ...said });
    expect(await leadsTo(urlId)).toBe(TYPED);
  });

  test('a UTM field changes its own parameter in its place, null takes it out, for redirects, too', async () => {
    const urlId = await create({ long_url: TYPED });
    const { json } = await patch(urlId, { utm: { source: 'x', medium: 'y' } });
    const destination_url = 'https://example.com/?utm_source=x&c=%7E&utm_medium=y';
    expect(json.link).toMatchObject({ destination_url, utm: { source: 'x', medium: 'y' } });
    expect((await patch(urlId, { utm: { source: null } })).json.link).toMatchObject({
      destination_url: 'https://example.com/?c=%7E&utm_medium=y',
      utm: { source: null, medium: 'y' },
    });
    expect(await leadsTo(urlId)).toBe('https://example.com/?c=%7E&utm_medium=y');
  });

  test('parameters that are no longer named leave the destination', async () => {
    const urlId = await create({
      long_url: 'https://example.com/?a=1',
      custom_query_params: { ref: 'x', constructor: 'y' },
    });
    expect((await find(urlId)).destination_url).toBe('https://example.com/?a=1&ref=x&constructor=y');
    const { json } = await patch(urlId, { custom_query_params: { ref: 'z' } });
    expect(json.link).toMatchObject({ destination_url: 'https://example.com/?a=1&ref=z' });
    expect(json.link.custom_query_params).toEqual({ ref: 'z' });
  });

  test('two changes that pass one after the other pass together', async () => {
    const [short, long] = [{ n: 'x' }, { n: 'x'.repeat(500), m: 'x'.repeat(500), o: 'x'.repeat(500) }];
    const long_url = `https://example.com/?${'y'.repeat(1_000)}`;
    const urlId = await create({ custom_query_params: long });
    expect(await patch(urlId, { long_url })).toMatchObject({
      status: 400,
      json: { field: 'custom_query_params' },
    });
    const answer = await patch(urlId, { long_url, custom_query_params: short });
    expect(answer.json.link).toMatchObject({
      destination_url: `${long_url}&n=x`,
      custom_query_params: short,
    });
  });

  test('a destination that is too long with its own field passes with the shorter one that is given', async () => {
    const long_url = `https://example.com/?utm_source=${'y'.repeat(2_048)}`;
    const { json } = await patch(await create(), { long_url, utm: { source: 'y' } });
    expect(json.link).toMatchObject({ destination_url: 'https://example.com/?utm_source=y' });
  });

  test.each<[string, object, string | undefined]>([
    ['nothing', {}, undefined],
    ['an unknown member', { url: 'https://example.com/' }, 'url'],
    [
      'two destinations',
      { long_url: 'https://a.example/', destination_url: 'https://b.example/' },
      undefined,
    ],
    ['a slug', { short_code: 'abc' }, 'short_code'],
    ['expired', { status: 'expired' }, 'status'],
    ['no status', { status: null }, 'status'],
    ['an unknown UTM field', { utm: { id: 'x' } }, 'utm.id'],
    ['status code 303', { redirect_status_code: 303 }, 'redirect_status_code'],
    [
      'too many parameters',
      { custom_query_params: { a: 'ü'.repeat(500), b: 'ü'.repeat(500) } },
      'custom_query_params',
    ],
  ])('%s is refused', async (_what, members, field) => {
    const answer = await patch(await create(), members);
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', ...(field ? { field } : {}) },
    });
  });

  test('finds no link of another workspace', async () => {
    const { url_id } = await elsewhere();
    expect((await patch(url_id, { title: 'mine' })).status).toBe(404);
  });

  test('changes what is named and leaves the rest', async () => {
    const urlId = await create({
      title: 'Before',
      tags: ['a'],
      space: 'S',
      utm: { source: 'x', medium: 'y' },
    });
    const before = await find(urlId);
    const answer = await patch(urlId, {
      title: 'After',
      utm: { medium: null, term: 't' },
      status: 'disabled',
    });
    expect(answer.json).toEqual({
      ok: true,
      link: {
        ...before,
        title: 'After',
        utm: { ...before.utm, medium: null, term: 't' },
        destination_url: 'https://example.com/landing?utm_source=x&utm_term=t',
        status: 'disabled',
        updated_at: expect.any(String),
      },
    });
    expect(answer.json.link.updated_at >= before.updated_at).toBe(true);
  });

  test('a link hands queries on from then on, or no longer', async () => {
    const urlId = await create();
    for (const forward_query of [true, false]) {
      expect((await patch(urlId, { forward_query })).json.link).toMatchObject({ forward_query });
      expect(await find(urlId)).toMatchObject({ forward_query });
    }
  });

  test('null empties', async () => {
    const urlId = await create({
      title: 'T',
      tags: ['a'],
      space: 'S',
      utm: { source: 'x' },
      custom_query_params: { a: 'b' },
    });
    const nothing = { title: null, tags: null, space: null, utm: null, custom_query_params: null };
    expect((await patch(urlId, nothing)).json.link).toMatchObject({
      title: null,
      tags: [],
      space: null,
      destination_url: 'https://example.com/landing',
      utm: { source: null, medium: null, campaign: null, term: null, content: null },
      custom_query_params: {},
    });
  });

  test('changes of different members at once are all kept', async () => {
    const urlId = await create();
    const answers = await Promise.all([
      patch(urlId, { title: 'Title' }),
      patch(urlId, { space: 'Space' }),
      patch(urlId, { tags: ['tag'] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await find(urlId)).toMatchObject({ title: 'Title', space: 'Space', tags: ['tag'] });
  });
});

describe('POST /api/links/routing-rules', () => {
  const save = (url_id: string, rules: unknown, members: object = {}) =>
    call('POST', '/api/links/routing-rules', { url_id, operation: 'save', rules, ...members });

  test.each<[string, unknown, object]>([
    ['rules that are no list', {}, { status: 400, json: { field: 'rules' } }],
    ['51 rules', Array(51).fill(aRule()), { status: 422, json: { code: 'invalid_rules' } }],
    ['an unknown action', [aRule({ actionType: 'x' })], { status: 422, json: { code: 'invalid_rules' } }],
    [
      'an unknown field',
      [aRule({ url: 'x' })],
      { status: 400, json: { code: 'invalid_request', field: 'rules[0].url' } },
    ],
    [
      'a forbidden destination',
      [aRule(), aRule({ destinationUrl: 'https://169.254.169.254/' })],
      { status: 422, json: { code: 'destination_blocked', field: 'rules[1].destinationUrl' } },
    ],
    [
      'a forbidden app link',
      [
        aRule({
          actionType: 'deep_link',
          ios: 'javascript:alert(1)',
          fallbackUrl: 'https://example.com/',
          destinationUrl: undefined,
        }),
      ],
      { status: 422, json: { code: 'invalid_rules', field: 'rules[0].ios' } },
    ],
  ])('%s are refused and change nothing', async (_what, rules, answer) => {
    const urlId = await create();
    const before = await api.kept();
    expect(await save(urlId, rules)).toMatchObject(answer);
    expect(await api.kept()).toBe(before);
  });

  test('another operation is refused', async () => {
    expect(await save(await create(), [], { operation: 'append' })).toMatchObject({
      status: 400,
      json: { field: 'operation' },
    });
  });

  test('a destination on a short domain is refused', async () => {
    const rules = [aRule({ destinationUrl: `https://${owner.host}/other` })];
    expect(await save(await create(), rules)).toMatchObject({ json: { code: 'destination_blocked' } });
  });

  test('needs a plan with rules to save some, and none to take them off', async () => {
    const { send, url_id } = await elsewhere('free');
    const path = '/api/links/routing-rules';
    const saved = await send('POST', path, { url_id, operation: 'save', rules: [aRule()] });
    expect(saved).toMatchObject({ status: 403, json: { code: 'routing_rules_not_allowed' } });
    expect((await send('POST', path, { url_id, operation: 'save', rules: [] })).status).toBe(200);
  });

  test('replaces all rules, and redirects have them at once', async () => {
    const urlId = await create();
    const answer = await save(urlId, [aRule()]);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ ok: true, url_id: urlId, rules: [aRule()] });
    const second = aRule({ name: 'Second' });
    await save(urlId, [second]);
    const link = await find(urlId);
    expect(link.routing_rules).toEqual([second]);
    expect(
      await dynamodbLinkStore(openDatabase(), api.tables.links).findSlug(
        owner.domainId,
        link.short_code,
        Date.now(),
      ),
    ).toMatchObject({
      link: { routingRules: [second] },
    });
  });

  test('a link with deep links is dynamic; without them it is what it was said to be', async () => {
    const deepLink = {
      name: 'App',
      actionType: 'deep_link',
      ios: 'myapp://x',
      fallbackUrl: 'https://example.com/',
    };
    const [plain, said] = [await create(), await create({ type: 'dynamic' })];
    const types = async () => [(await find(plain)).type, (await find(said)).type];
    expect(await types()).toEqual(['unified', 'dynamic']);
    for (const urlId of [plain, said]) await save(urlId, [deepLink]);
    expect(await types()).toEqual(['dynamic', 'dynamic']);
    for (const urlId of [plain, said]) await save(urlId, []);
    expect(await types()).toEqual(['unified', 'dynamic']);
  });
});
