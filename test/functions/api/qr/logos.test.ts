import { rgbaPng } from '#shared/qr/png/png-file.ts';
import type { PlanName } from '#shared/workspaces/plans.ts';
import { openLinkApi } from '#test/support/link-api.ts';

const PATH = '/api/v1/qr/logos';

let api: Awaited<ReturnType<typeof openLinkApi>>;
let owner: Awaited<ReturnType<typeof open>>;

async function open(plan: PlanName = 'enterprise') {
  const { workspaceId, domainId, apiKey, sessionToken } = await api.open();
  await api.workspaces.setPlan(workspaceId, plan);
  return { workspaceId, domainId, key: api.callAs(apiKey), session: api.callAs(sessionToken) };
}

beforeAll(async () => {
  api = await openLinkApi();
  owner = await open();
});

const png = (width: number, height: number): Buffer =>
  rgbaPng(width, height, Buffer.alloc(4 * width * height, 0xc8));
const base64 = (bytes: Buffer): string => bytes.toString('base64');

test('an image is kept as a logo, and shown, until it is deleted', async () => {
  const { status, json } = await owner.key('POST', PATH, { image: base64(png(40, 30)) });
  expect({ status, json }).toEqual({
    status: 201,
    json: {
      ok: true,
      logo: {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
        width: 40,
        height: 30,
        bytes: expect.any(Number),
        created_at: expect.stringMatching(/Z$/),
        preview_url: expect.stringMatching(/^http/),
      },
    },
  });
  const path = `${PATH}/${json.logo.id}`;
  const { preview_url, ...shown } = (await owner.key('GET', path)).json.logo;
  expect(json.logo).toMatchObject(shown);
  const picture = await fetch(preview_url);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(
    Buffer.from(await picture.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  expect(await owner.key('DELETE', path)).toMatchObject({
    status: 200,
    json: { ok: true, id: json.logo.id },
  });
  expect(await owner.key('GET', path)).toMatchObject({ status: 404 });
  expect(await owner.key('DELETE', path)).toMatchObject({ status: 404 });
});

test('a data: URI of it will do, whatever type it names', async () => {
  for (const type of ['image/png', 'image/svg+xml', '']) {
    const image = `data:${type};base64,${base64(png(4, 4))}`;
    expect(await owner.key('POST', PATH, { image })).toMatchObject({ status: 201 });
  }
});

test.each<[string, unknown, number, string, RegExp]>([
  ['nothing', {}, 400, 'invalid_request', /image/],
  ['an unknown field', { image: base64(png(1, 1)), name: 'x' }, 400, 'invalid_request', /name/],
  ['an empty image', { image: '' }, 422, 'invalid_style', /empty/],
  ['what is no base64', { image: '<svg onload="alert(1)">' }, 422, 'invalid_style', /not base64/],
  [
    'a script',
    { image: base64(Buffer.from('<svg><script>alert(1)</script></svg>')) },
    422,
    'invalid_style',
    /SVG/,
  ],
  ['an animation', { image: base64(Buffer.from('RIFF\0\0\0\0WEBPVP8X')) }, 422, 'invalid_style', /WebP/],
  ['wrong magic bytes', { image: base64(Buffer.from('MZ')) }, 422, 'invalid_style', /no image that is known/],
  ['a whole page for a name', { image: `data:text/html,${'a'.repeat(200)}` }, 422, 'invalid_style', /base64/],
])('%s is refused, and nothing is kept', async (_what, body, status, code, said) => {
  const before = await api.kept();
  const answer = await owner.key('POST', PATH, body);
  expect(answer).toMatchObject({ status, json: { code, error: expect.stringMatching(said) } });
  expect(answer.text.length).toBeLessThan(600);
  expect(await api.kept()).toBe(before);
});

test('an image of 1 MiB passes through, and one byte more is refused by its size', async () => {
  const large = (bytes: number) => ({ image: base64(Buffer.alloc(bytes, 0x89)) });
  const refused = await owner.key('POST', PATH, large(1024 ** 2));
  expect(refused.json.error).toMatch(/no image that is known/);
  const larger = await owner.key('POST', PATH, large(1024 ** 2 + 1));
  expect(larger).toMatchObject({ status: 422, json: { error: expect.stringMatching(/1048577 bytes/) } });
  expect(await owner.key('POST', PATH, large(1.2 * 1024 ** 2))).toMatchObject({ status: 413 });
});

test('an API key keeps logos where the plan has the QR API, a session on any plan', async () => {
  const { key, session } = await open('growth');
  const body = { image: base64(png(1, 1)) };
  const refusal = { status: 403, json: { code: 'feature_not_enabled' } };
  expect(await key('POST', PATH, body)).toMatchObject(refusal);
  const { json } = await session('POST', PATH, body);
  for (const method of ['GET', 'DELETE']) {
    expect(await key(method, `${PATH}/${json.logo.id}`)).toMatchObject(refusal);
    expect(await session(method, `${PATH}/${json.logo.id}`)).toMatchObject({ status: 200 });
  }
});

describe('a style that names a logo', () => {
  const styleOf = (logo_id: string) => ({ logo: { logo_id } });
  const kept = async (who = owner): Promise<string> =>
    (await who.key('POST', PATH, { image: base64(png(8, 8)) })).json.logo.id;

  test('is kept in presets, which show it, and on links', async () => {
    const style = styleOf(await kept());
    const preset = await owner.key('POST', '/api/v1/qr/presets', { name: 'a', style });
    expect(preset).toMatchObject({ status: 201 });
    expect((await fetch(preset.json.preset.logo_preview_url)).status).toBe(200);
    const list = await owner.key('GET', '/api/v1/qr/presets');
    expect((await fetch(list.json.presets[0].logo_preview_url)).status).toBe(200);
    const body = { domain_id: owner.domainId, long_url: 'https://example.com/', qr: { style } };
    expect(await owner.key('POST', '/api/shorten', body)).toMatchObject({ status: 200 });
  });

  test('is refused when the logo is not there, or another workspace’s', async () => {
    const { json } = await owner.key('POST', '/api/v1/qr/presets', { name: 'a', style: {} });
    const foreign = await kept(await open());
    const before = await api.kept();
    for (const style of [foreign, '01900000-0000-7000-8000-000000000001'].map(styleOf)) {
      const refusal = { status: 404, json: { code: 'not_found', field: 'style.logo.logo_id' } };
      expect(await owner.key('POST', '/api/v1/qr/presets', { name: 'a', style })).toMatchObject(refusal);
      expect(await owner.key('PUT', `/api/v1/qr/presets/${json.preset.id}`, { style })).toMatchObject(
        refusal,
      );
      const body = { domain_id: owner.domainId, long_url: 'https://example.com/', qr: { style } };
      expect(await owner.key('POST', '/api/shorten', body)).toMatchObject({
        status: 404,
        json: { field: 'qr.style.logo.logo_id' },
      });
    }
    expect(await api.kept()).toBe(before);
  });
});
