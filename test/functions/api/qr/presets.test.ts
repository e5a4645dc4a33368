import type { PlanName } from '#shared/workspaces/plans.ts';
import { openLinkApi } from '#test/support/link-api.ts';

const PATH = '/api/v1/qr/presets';
const STYLE = { foreground: { color: '#102030' } };
/** Would not scan. */
const PALE = { foreground: { color: '#eeeeee' } };

let api: Awaited<ReturnType<typeof openLinkApi>>;

beforeAll(async () => {
  api = await openLinkApi();
});

/** A workspace of its own, on a plan, called by key and by session. */
async function open(plan: PlanName = 'enterprise') {
  const { workspaceId, apiKey, sessionToken } = await api.open();
  await api.workspaces.setPlan(workspaceId, plan);
  const send = (credential: string) => {
    return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const answer = await api.call({
        method,
        path,
        headers: { authorization: `Bearer ${credential}`, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { ...answer, json: JSON.parse(answer.text) };
    };
  };
  const key = send(apiKey);
  const create = (body: object, by = key) => by('POST', PATH, { name: 'Handout', style: STYLE, ...body });
  const list = async () => (await send(sessionToken)('GET', PATH)).json.presets;
  return { workspaceId, key, session: send(sessionToken), create, list };
}

describe('who may', () => {
  test.each<PlanName>(['free', 'starter', 'plus', 'growth'])(
    'an API key on the plan %s manages no presets, a session does',
    async (plan) => {
      const { key, session, create } = await open(plan);
      const refusal = {
        status: 403,
        json: { code: 'feature_not_enabled', error: expect.stringMatching(/professional and enterprise/) },
      };
      expect(await key('GET', PATH)).toMatchObject(refusal);
      expect(await create({})).toMatchObject(refusal);
      const { json } = await create({}, session);
      expect(await key('PUT', `${PATH}/${json.preset.id}`, { name: 'B' })).toMatchObject(refusal);
      expect(await key('DELETE', `${PATH}/${json.preset.id}`)).toMatchObject(refusal);
      expect((await session('GET', PATH)).json.presets).toEqual([json.preset]);
      expect(await session('PUT', `${PATH}/${json.preset.id}`, { name: 'B' })).toMatchObject({ status: 200 });
      expect(await session('DELETE', `${PATH}/${json.preset.id}`)).toMatchObject({ status: 200 });
    },
  );

  test.each<PlanName>(['professional', 'enterprise'])('an API key on the plan %s does', async (plan) => {
    const { key, create } = await open(plan);
    expect(await create({})).toMatchObject({ status: 201 });
    expect(await key('GET', PATH)).toMatchObject({ status: 200, json: { presets: [{ name: 'Handout' }] } });
  });

  test('the number of presets is that of the plan, however many are made at once', async () => {
    const { session, create, list } = await open('starter');
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => create({}, session)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 403, 403]);
    expect(answers.find(({ status }) => status === 403)!.json).toMatchObject({
      code: 'plan_limit',
      error: expect.stringMatching(/starter includes 3 QR presets/),
    });
    const [first] = await list();
    await session('DELETE', `${PATH}/${first.id}`);
    expect(await create({}, session)).toMatchObject({ status: 201 });
  });

  test('a workspace that has more than its plan now includes changes and deletes them', async () => {
    const { workspaceId, session, create } = await open();
    const { json } = await create({});
    await create({});
    await api.workspaces.setPlan(workspaceId, 'free');
    expect(await create({}, session)).toMatchObject({ status: 403, json: { code: 'plan_limit' } });
    const path = `${PATH}/${json.preset.id}`;
    expect(await session('PUT', path, { name: 'Renamed' })).toMatchObject({ status: 200 });
    expect(await session('DELETE', path)).toMatchObject({ status: 200 });
  });

  test.each([
    ['a frame', { frame: { layout: 'border' } }, 'style.frame.layout'],
    ['a call to action', { frame: { layout: 'cta_below' } }, 'style.frame.layout'],
    ['words of its own', { frame: { text: 'Ahoy' } }, 'style.frame.text'],
  ])('%s is a matter of the plan', async (_what, style, field) => {
    const { session, create, list } = await open('growth');
    const refusal = { status: 403, json: { code: 'feature_not_enabled', field } };
    expect(await create({ style }, session)).toMatchObject(refusal);
    const { json } = await create({ style: { frame: { layout: 'none', text: null } } }, session);
    expect(await session('PUT', `${PATH}/${json.preset.id}`, { style })).toMatchObject(refusal);
    expect(await list()).toEqual([json.preset]);
    const paying = await open('professional');
    expect(await paying.create({ style })).toMatchObject({ status: 201 });
  });

  test('a preset with a frame can be renamed on a plan that has none', async () => {
    const { workspaceId, session, create } = await open();
    const { json } = await create({ style: { frame: { layout: 'border' } } });
    await api.workspaces.setPlan(workspaceId, 'growth');
    expect(await session('PUT', `${PATH}/${json.preset.id}`, { name: 'B' })).toMatchObject({ status: 200 });
  });
});

describe('what is taken', () => {
  let own: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    own = await open();
  });

  test.each<[string, object | string, number, string, string | undefined]>([
    ['nothing', '', 400, 'invalid_request', undefined],
    ['no name', { style: STYLE }, 400, 'invalid_request', 'name'],
    ['an empty name', { name: ' ', style: STYLE }, 400, 'invalid_request', 'name'],
    ['a name of 121 characters', { name: 'a'.repeat(121), style: STYLE }, 400, 'invalid_request', 'name'],
    ['a line end in the name', { name: 'a\nb', style: STYLE }, 400, 'invalid_request', 'name'],
    ['an unknown field', { name: 'a', style: STYLE, default: true }, 400, 'invalid_request', 'default'],
    [
      'a default in words',
      { name: 'a', style: STYLE, is_default: 'yes' },
      400,
      'invalid_request',
      'is_default',
    ],
    ['no style', { name: 'a' }, 400, 'invalid_request', 'style'],
    ['null for a style', { name: 'a', style: null }, 422, 'invalid_style', 'style'],
    ['an unknown member', { name: 'a', style: { colour: 1 } }, 400, 'invalid_request', 'style.colour'],
    [
      'what is no colour',
      { name: 'a', style: { foreground: { color: 'red;}' } } },
      422,
      'invalid_style',
      'style.foreground.color',
    ],
    [
      'a character without a glyph',
      { name: 'a', style: { frame: { text: '漢' } } },
      422,
      'invalid_style',
      'style.frame.text',
    ],
    ['what would not scan', { name: 'a', style: PALE }, 422, 'invalid_style', 'foreground.color'],
  ])('not %s', async (_what, body, status, code, field) => {
    const before = await api.kept();
    expect(await own.key('POST', PATH, body)).toMatchObject({
      status,
      json: { code, ...(field && { field }) },
    });
    expect(await api.kept()).toBe(before);
  });

  test('a refusal names the figure that was measured and the least that is allowed', async () => {
    const { json } = await own.create({ style: PALE });
    expect(json.error).toMatch(/#eeeeee has a contrast of 1\.16:1 .* 3:1 or more is needed/);
  });

  test('a name of 120 characters, emoji among them', async () => {
    const name = '😀'.repeat(120);
    expect(await own.create({ name })).toMatchObject({ status: 201, json: { preset: { name } } });
  });

  test('what a person would want to know of a style is told', async () => {
    const { json } = await own.create({ style: { quiet_zone: 1 } });
    expect(json.warnings).toMatchObject([{ code: 'quiet_zone_small', message: expect.stringMatching(/4/) }]);
    expect((await own.create({})).json.warnings).toEqual([]);
    const renamed = await own.key('PUT', `${PATH}/${json.preset.id}`, { name: 'Other' });
    expect(renamed.json.warnings).toBeUndefined();
  });

  test('a preset answers as it is kept: colours in lower case, only what was said', async () => {
    const taken = await own.create({
      name: ' Conference handout ',
      style: { foreground: { color: '#00000A' } },
    });
    expect(taken).toMatchObject({ status: 201, headers: { etag: taken.json.preset.etag } });
    expect(taken.json.preset).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Conference handout',
      style: { foreground: { color: '#00000a' } },
      is_default: false,
      created_at: expect.stringMatching(/Z$/),
      updated_at: taken.json.preset.created_at,
      logo_preview_url: null,
      etag: expect.any(String),
    });
    expect(await own.list()).toContainEqual(taken.json.preset);
  });
});

describe('the default', () => {
  test('is one: the next takes it from the one before', async () => {
    const { key, create, list } = await open();
    const { json: first } = await create({ is_default: true });
    const { json: second } = await create({ is_default: true, name: 'Second' });
    expect((await list()).map((preset: { is_default: boolean }) => preset.is_default)).toEqual([false, true]);
    await key('PUT', `${PATH}/${first.preset.id}`, { is_default: true });
    expect((await list()).map((preset: { is_default: boolean }) => preset.is_default)).toEqual([true, false]);
    await key('PUT', `${PATH}/${first.preset.id}`, { is_default: false });
    expect((await list()).some((preset: { is_default: boolean }) => preset.is_default)).toBe(false);
    expect((await list())[1]).toMatchObject({ id: second.preset.id, style: STYLE });
  });

  test('lies under the others: together they must scan', async () => {
    const { create } = await open();
    await create({ is_default: true, style: { background: { color: '#999999' } } });
    const style = { foreground: { color: '#777777' } };
    expect(await create({ style })).toMatchObject({ status: 422, json: { code: 'invalid_style' } });
    expect(await create({ style, is_default: true })).toMatchObject({ status: 201 });
  });
});

describe('a change', () => {
  test('sets what it names, and the style as a whole', async () => {
    const { key, create } = await open();
    const { json } = await create({ style: { foreground: { color: '#102030' }, quiet_zone: 6 } });
    const path = `${PATH}/${json.preset.id}`;
    const named = await key('PUT', path, { name: 'Other' });
    expect(named.json.preset).toMatchObject({
      ...json.preset,
      name: 'Other',
      updated_at: expect.any(String),
      etag: '"2"',
    });
    const styled = await key('PUT', path, { style: { quiet_zone: 5 } });
    expect(styled.json.preset).toMatchObject({ name: 'Other', style: { quiet_zone: 5 } });
    expect(styled.json.preset.style).toEqual({ quiet_zone: 5 });
  });

  test.each<[string, object, number]>([
    ['nothing', {}, 400],
    ['an unknown field', { id: 'x' }, 400],
    ['a style that would not scan', { style: PALE }, 422],
    ['no style', { style: null }, 422],
  ])('of %s is refused, and changes nothing', async (_what, body, status) => {
    const { key, create } = await open();
    const { json } = await create({});
    const before = await api.kept();
    expect((await key('PUT', `${PATH}/${json.preset.id}`, body)).status).toBe(status);
    expect(await api.kept()).toBe(before);
  });

  test('of what is not there, or another workspace’s, is not found', async () => {
    const mine = await open();
    const { json } = await mine.create({});
    const other = await open();
    for (const id of [json.preset.id, '01900000-0000-7000-8000-000000000001']) {
      expect(await other.key('PUT', `${PATH}/${id}`, { name: 'x' })).toMatchObject({ status: 404 });
      expect(await other.key('DELETE', `${PATH}/${id}`)).toMatchObject({ status: 404 });
      expect(await other.key('DELETE', `${PATH}/${id}`, undefined, { 'if-match': '*' })).toMatchObject({
        status: 404,
      });
    }
    expect(await mine.list()).toEqual([json.preset]);
  });
});

describe('If-Match', () => {
  test('lets a change pass that knows the preset, and no other', async () => {
    const { key, create, list } = await open();
    const { json, headers } = await create({});
    const path = `${PATH}/${json.preset.id}`;
    const first = await key('PUT', path, { name: 'B' }, { 'if-match': headers.etag! });
    expect(first).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    const before = await api.kept();
    const stale = {
      status: 412,
      json: { code: 'precondition_failed', error: expect.stringMatching(/names "1", but this is "2"/) },
    };
    expect(await key('PUT', path, { name: 'C' }, { 'if-match': '"1"' })).toMatchObject(stale);
    expect(await key('DELETE', path, undefined, { 'if-match': '"1"' })).toMatchObject(stale);
    expect(await api.kept()).toBe(before);
    for (const tag of ['"1", "2"', 'W/"3"', '*']) {
      expect(await key('PUT', path, { name: tag }, { 'if-match': tag })).toMatchObject({ status: 200 });
    }
    const [{ etag }] = await list();
    expect(await key('DELETE', path, undefined, { 'if-match': etag })).toMatchObject({ status: 200 });
  });

  test('is stale once another preset has become the default', async () => {
    const { key, create } = await open();
    const { json, headers } = await create({ is_default: true });
    await create({ is_default: true });
    const path = `${PATH}/${json.preset.id}`;
    expect(await key('PUT', path, { name: 'B' }, { 'if-match': headers.etag! })).toMatchObject({
      status: 412,
    });
  });

  test('of several that know the same state, one passes', async () => {
    const { key, create } = await open();
    const { json, headers } = await create({});
    const path = `${PATH}/${json.preset.id}`;
    const answers = await Promise.all(
      ['B', 'C', 'D'].map((name) => key('PUT', path, { name }, { 'if-match': headers.etag! })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });
});

test('a deleted preset is gone', async () => {
  const { key, create, list } = await open();
  const { json } = await create({ is_default: true });
  const path = `${PATH}/${json.preset.id}`;
  expect(await key('DELETE', path)).toMatchObject({ status: 200, json: { ok: true, id: json.preset.id } });
  expect(await list()).toEqual([]);
  expect(await key('DELETE', path)).toMatchObject({ status: 404 });
});
