import type { PlanName } from '#shared/workspaces/plans.ts';
import { openLinkApi } from '#test/support/link-api.ts';

let api: Awaited<ReturnType<typeof openLinkApi>>;
let owner: Awaited<ReturnType<typeof open>>;

/** A workspace of its own with a preset. */
async function open(plan: PlanName = 'enterprise') {
  const { workspaceId, domainId, apiKey } = await api.open();
  const call = api.callAs(apiKey);
  const preset = async (style: object, members: object = {}): Promise<string> => {
    const answer = await call('POST', '/api/v1/qr/presets', { name: 'Handout', style, ...members });
    return answer.json.preset.id;
  };
  const presetId = await preset({ foreground: { color: '#102030' } });
  await api.workspaces.setPlan(workspaceId, plan);
  const shorten = (qr: unknown) =>
    call('POST', '/api/shorten', { domain_id: domainId, long_url: 'https://example.com/', qr });
  const bulk = async (...states: unknown[]) => {
    const items = states.map((qr, n) => ({
      client_row_id: `row-${n}`,
      idempotency_key: `key-${n}`,
      long_url: 'https://example.com/',
      qr,
    }));
    return (await call('POST', '/api/shorten/bulk', { domain_id: domainId, items })).json.results;
  };
  const stateOf = async (urlId: string) => (await call('GET', `/api/v1/links/${urlId}`)).json.link.qr;
  const linkIn = async (qr?: unknown): Promise<string> => (await shorten(qr)).json.url_id;
  const patch = (urlId: string, qr: unknown) => call('PATCH', `/api/v1/links/${urlId}`, { qr });
  return { workspaceId, presetId, preset, call, shorten, bulk, stateOf, linkIn, patch };
}

beforeAll(async () => {
  api = await openLinkApi();
  owner = await open();
});

const PALE = { foreground: { color: '#eeeeee' } };

describe('a QR state is refused', () => {
  const unknown = '01900000-0000-7000-8000-000000000001';

  test.each<[string, () => unknown, number, string, string]>([
    ['that would not scan', () => ({ style: PALE }), 422, 'invalid_style', 'foreground.color'],
    [
      'with what is no colour',
      () => ({ style: { foreground: { color: 'red;}' } } }),
      422,
      'invalid_style',
      'qr.style.foreground.color',
    ],
    ['with an unknown member', () => ({ colour: 'red' }), 400, 'invalid_request', 'qr.colour'],
    [
      'with an unknown member of its style',
      () => ({ style: { a: 1 } }),
      400,
      'invalid_request',
      'qr.style.a',
    ],
    ['with a preset that is none', () => ({ preset_id: 'p' }), 400, 'invalid_request', 'qr.preset_id'],
    ['with an unknown preset', () => ({ preset_id: unknown }), 404, 'not_found', 'qr.preset_id'],
    ['with another workspace’s preset', () => ({ preset_id: foreign }), 404, 'not_found', 'qr.preset_id'],
  ])('%s, whoever names it', async (_what, stateOf, status, code, field) => {
    const qr = stateOf();
    const urlId = await owner.linkIn();
    const before = await api.kept();
    expect(await owner.shorten(qr)).toMatchObject({ status, json: { code, field } });
    expect(await owner.patch(urlId, qr)).toMatchObject({ status, json: { code, field } });
    expect(await owner.bulk(qr)).toMatchObject([{ ok: false, code }]);
    expect(await api.kept()).toBe(before);
  });

  let foreign: string;
  beforeAll(async () => {
    foreign = (await open()).presetId;
  });

  test('with a frame, or words of its own, where the plan has none', async () => {
    const { shorten, bulk } = await open('growth');
    for (const frame of [{ layout: 'badge' }, { text: 'Ahoy' }]) {
      const refusal = { code: 'feature_not_enabled' };
      expect(await shorten({ style: { frame } })).toMatchObject({ status: 403, json: refusal });
      expect(await bulk({ style: { frame } })).toMatchObject([refusal]);
    }
    expect(await shorten({ style: { quiet_zone: 6 } })).toMatchObject({ status: 200 });
  });

  test('over what lies under it: preset, and the default of the workspace', async () => {
    const { preset, shorten } = await open();
    const dark = await preset({ background: { color: '#999999' } });
    const style = { foreground: { color: '#666666' } };
    expect(await shorten({ style })).toMatchObject({ status: 200 });
    expect(await shorten({ preset_id: dark, style })).toMatchObject({ status: 422 });
    await preset({ background: { color: '#aaaaaa' } }, { is_default: true });
    expect(await shorten({ style })).toMatchObject({ status: 422, json: { code: 'invalid_style' } });
  });

  test('without a word of the body, which may hold a password', async () => {
    const answer = await owner.shorten({ style: { frame: { text: 'correct horse 漢' } } });
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_style' } });
    expect(answer.text).not.toContain('correct horse');
  });
});

test('a link is made with it, and shows it as it is kept', async () => {
  const { presetId: preset_id } = owner;
  const style = { foreground: { color: '#0A0B0C' }, quiet_zone: 8 };
  const urlId = await owner.linkIn({ preset_id, style });
  const kept = { preset_id, style: { foreground: { color: '#0a0b0c' }, quiet_zone: 8 } };
  expect(await owner.stateOf(urlId)).toEqual(kept);
  const list = await owner.call('GET', '/api/v1/links?limit=1');
  expect(list.json.links[0]).toMatchObject({ url_id: urlId, qr: kept });
});

test('each row of many has its own; the others stop for none', async () => {
  const { presetId: preset_id, bulk, stateOf } = await open();
  const results = await bulk({ preset_id }, { style: PALE }, undefined, null, { style: { quiet_zone: 1 } });
  expect(results.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, false, true, true, true]);
  expect(await stateOf(results[0].url_id)).toEqual({ preset_id, style: null });
  expect(await stateOf(results[2].url_id)).toBeNull();
  expect(await stateOf(results[3].url_id)).toBeNull();
  expect(results[4].warnings).toMatchObject([{ code: 'quiet_zone_small' }]);
  expect(results[0]).not.toHaveProperty('warnings');
  expect(await bulk({ preset_id })).toMatchObject([
    { ok: true, idempotent: true, url_id: results[0].url_id },
  ]);
  expect(await bulk({ preset_id, style: { quiet_zone: 5 } })).toMatchObject([
    { code: 'idempotency_conflict' },
  ]);
});

describe('a change', () => {
  test('sets what it names; null takes away', async () => {
    const { presetId: preset_id, linkIn, patch, stateOf } = owner;
    const style = { quiet_zone: 6 };
    const urlId = await linkIn({ style });
    await patch(urlId, { preset_id });
    expect(await stateOf(urlId)).toEqual({ preset_id, style });
    await patch(urlId, { style: { eyes: { outer: 'circle' } } });
    expect(await stateOf(urlId)).toEqual({ preset_id, style: { eyes: { outer: 'circle' } } });
    await patch(urlId, { preset_id: null, style: null });
    expect(await stateOf(urlId)).toEqual({ preset_id: null, style: null });
    await patch(urlId, null);
    expect(await stateOf(urlId)).toBeNull();
  });

  test('of something else leaves it as it is, also when its preset is gone', async () => {
    const preset_id = await owner.preset({ quiet_zone: 5 });
    const urlId = await owner.linkIn({ preset_id });
    await owner.call('DELETE', `/api/v1/qr/presets/${preset_id}`);
    expect(await owner.call('PATCH', `/api/v1/links/${urlId}`, { title: 'Other' })).toMatchObject({
      status: 200,
    });
    expect(await owner.stateOf(urlId)).toEqual({ preset_id, style: null });
  });
});

test('what a person would want to know of a style is told', async () => {
  const style = { quiet_zone: 2 };
  const warnings = [{ code: 'quiet_zone_small', message: expect.stringMatching(/2 modules/) }];
  const made = await owner.shorten({ style });
  expect(made.json).toMatchObject({ warnings });
  expect((await owner.patch(made.json.url_id, { style })).json).toMatchObject({ warnings });
  expect((await owner.patch(made.json.url_id, { style: {} })).json).not.toHaveProperty('warnings');
  expect((await owner.shorten(undefined)).json).not.toHaveProperty('warnings');
});
