import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { openLinkApi } from '#test/support/link-api.ts';

/** Members that every object has, or that something may look for; names of ours are none of these. */
const NAMES = [
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'toJSON',
  'then',
  'prototype',
  'length',
];
const ALL = Object.fromEntries(NAMES.map((name) => [name, `${name}!`]));

let api: Awaited<ReturnType<typeof openLinkApi>>;
let owner: Awaited<ReturnType<typeof api.open>>;
let call: ReturnType<typeof api.callAs>;

beforeAll(async () => {
  api = await openLinkApi();
  owner = await api.open();
  call = api.callAs(owner.apiKey);
});

const shorten = (members: object = {}) =>
  call('POST', '/api/shorten', { domain_id: owner.domainId, long_url: 'https://example.com/', ...members });
const find = async (urlId: string) => (await call('GET', `/api/v1/links/${urlId}`)).json.link;

test('are names of parameters like any other', async () => {
  const { status, json } = await shorten({ custom_query_params: ALL });
  expect(status).toBe(200);
  const query = NAMES.map((name) => `${name}=${name}!`).join('&');
  expect(await find(json.url_id)).toMatchObject({
    destination_url: `https://example.com/?${query}`,
    custom_query_params: ALL,
  });
  const { length: _, ...fewer } = ALL;
  const changed = { ...fewer, constructor: 'c' };
  const patched = await call('PATCH', `/api/v1/links/${json.url_id}`, { custom_query_params: changed });
  expect(patched.status).toBe(200);
  expect((await find(json.url_id)).custom_query_params).toEqual(changed);
  const links = dynamodbLinkStore(openDatabase(), api.tables.links);
  const slug = await links.findSlug(owner.domainId, json.short_code, Date.now());
  expect(slug).toMatchObject({ link: { customQueryParams: changed } });
});

test('come in by an import, beside other rows, and go out again', async () => {
  const cell = JSON.stringify(ALL).replaceAll('"', '""');
  const csv = `destination_url,custom_query_params\nhttps://example.com/,"${cell}"\nhttps://example.com/,\n`;
  const answer = await api.call({
    method: 'POST',
    path: '/api/v1/links/import',
    headers: { authorization: `Bearer ${owner.apiKey}`, 'content-type': 'text/csv' },
    body: csv,
  });
  expect(JSON.parse(answer.text)).toMatchObject({ created: 2, failed: 0 });
});

test.each([...NAMES, '__proto__'])(
  '%s is a slug, a tag, a space and the name of a rule and of a variant',
  async (name) => {
    const { json } = await shorten({ custom_slug: name, tags: [name], space: name, title: name });
    const variants = [name, 'b'].map((key) => ({ key, weight: 50, destinationUrl: 'https://example.com/b' }));
    const rules = [{ name, actionType: 'ab_split', variants }];
    const saved = await call('POST', '/api/links/routing-rules', { url_id: json.url_id, rules });
    expect(saved).toMatchObject({ status: 200, json: { rules: [{ name, variants }] } });
    const shown = await find(json.url_id);
    expect(shown).toMatchObject({ short_code: name, tags: [name], space: name, title: name });
    const found = await call('GET', `/api/v1/links/find?domain_id=${owner.domainId}&short_code=${name}`);
    expect(found.json.link.url_id).toBe(json.url_id);
  },
);

test.each([...NAMES, '__proto__'])('%s is no field, and no query parameter', async (name) => {
  const named = JSON.parse(`{"${name}": "x"}`);
  const urlId = (await shorten()).json.url_id;
  const path = `/api/v1/links/${urlId}`;
  for (const members of [named, { utm: named }, { qr: named }]) {
    const answer = await call('PATCH', path, JSON.stringify(members));
    expect(answer).toMatchObject({ status: 400, json: { error: expect.stringContaining(name) } });
  }
  const style = await call('PATCH', path, JSON.stringify({ qr: { style: { [name]: named } } }));
  expect(style.status).toBeLessThan(500);
  expect(style.status).toBeGreaterThan(399);
  for (const query of [`${name}=1`, `${name}=1&${name}=2`]) {
    const answer = await call('GET', `/api/v1/links?${query}`);
    expect(answer).toMatchObject({ status: 400, json: { error: expect.stringContaining(name) } });
  }
});

test.each([...NAMES, '__proto__'])(
  '%s is no kind, format or column of an export, but may be filtered by',
  async (name) => {
    const ask = (spec: object) => call('POST', '/api/exports/jobs', { type: 'link_catalog', ...spec });
    for (const spec of [{ type: name }, { format: name }, { columns: [name] }, { delimiter: name }]) {
      expect(await ask(spec)).toMatchObject({ status: 400 });
    }
    const answer = await api.call({
      path: '/api/links/export',
      query: `tag=${name}&space=${name}&q=${name}`,
      headers: { authorization: `Bearer ${owner.apiKey}` },
    });
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining(`,${name},`) });
  },
);
