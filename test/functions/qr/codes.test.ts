import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import type { PlanName } from '#shared/workspaces/plans.ts';
import { openS3 } from '#test/support/aws-clients.ts';
import { openLinkApi } from '#test/support/link-api.ts';
import { misread } from '#test/support/qr/readers.ts';
import { seen } from '#test/support/qr/views.ts';

let api: Awaited<ReturnType<typeof openLinkApi>>;
const { rasterize } = await openRenderer();
const s3 = openS3();

beforeAll(async () => {
  api = await openLinkApi();
});
afterAll(() => s3.destroy());

/** A workspace with a link, whose codes are asked for by its key. */
async function open(plan: PlanName = 'enterprise') {
  const { workspaceId, domainId, apiKey, sessionToken, host } = await api.open();
  await api.workspaces.setPlan(workspaceId, plan);
  const send = api.callAs(apiKey);
  const { json } = await send('POST', '/api/shorten', {
    domain_id: domainId,
    long_url: 'https://example.com/landing',
    custom_slug: 'spring',
  });
  const code = async (query = '', credential = apiKey) =>
    api.call(
      {
        method: 'GET',
        path: `/api/v1/links/${json.url_id}/qr`,
        query,
        headers: { authorization: `Bearer ${credential}` },
      },
      'qr',
    );
  const generate = (body: object, credential = apiKey) =>
    api.call(
      {
        method: 'POST',
        path: '/api/v1/qr/generate',
        headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
        body: JSON.stringify({ url_id: json.url_id, ...body }),
      },
      'qr',
    );
  const kept = async () => {
    const prefix = `codes/${workspaceId}/`;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: api.bucket, Prefix: prefix }));
    return Contents.map(({ Key }) => Key!);
  };
  return {
    send,
    code,
    generate,
    kept,
    sessionToken,
    urlId: json.url_id as string,
    text: `https://${host}/spring?nr=qr`,
  };
}

test.each([
  ['', 'svg', 512],
  ['format=svg&size=1024', 'svg', 1_024],
  ['format=png', 'png', 512],
  ['format=png&size=300&force_regenerate=on', 'png', 300],
  ['format=png&size=1', 'png', 128],
  ['format=png&size=99999', 'png', 2_048],
])('GET …/qr?%s is the code as %s of %d pixels, which decoders read', async (query, format, size) => {
  const { code, text } = await open();
  const answer = await code(query);
  expect(answer).toMatchObject({
    status: 200,
    headers: {
      'content-type': format === 'svg' ? 'image/svg+xml' : 'image/png',
      'content-disposition': `attachment; filename="spring.${format}"`,
    },
  });
  if (format === 'svg') {
    expect(answer.text).toContain(`width="${size}"`);
    expect(await misread(rasterize(answer.text), text)).toEqual([]);
  } else {
    expect(answer.bytes.readUInt32BE(16)).toBe(size);
    expect(await misread(seen(rasterize, answer.bytes, size), text)).toEqual([]);
  }
});

test('a code that was drawn is kept, and drawn anew when that is asked for', async () => {
  const { code, kept } = await open();
  const drawn = await code('format=png');
  const [key] = await kept();
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: api.bucket, Key: key! }));
  expect(drawn.bytes.equals(await Body!.transformToByteArray())).toBe(true);
  await s3.send(new PutObjectCommand({ Bucket: api.bucket, Key: key!, Body: 'kept' }));
  expect((await code('format=png')).text).toBe('kept');
  expect((await code('format=png&force_regenerate=1')).bytes.equals(drawn.bytes)).toBe(true);
  expect((await code('format=png')).bytes.equals(drawn.bytes)).toBe(true);
  expect(await kept()).toEqual([key]);
});

test('POST /api/v1/qr/generate lays a preset and a style over what is saved', async () => {
  const { send, generate, text, kept } = await open();
  const style = { modules: { shape: 'dots' }, foreground: { color: '#102040' } };
  const { json } = await send('POST', '/api/v1/qr/presets', { name: 'Dots', style });
  const ask = async (body: object) => {
    const { bytes, status } = await generate({ format: 'png', size: 600, ...body });
    expect(status).toBe(200);
    expect(await misread(seen(rasterize, bytes, 600), text)).toEqual([]);
    return bytes;
  };
  const plain = await ask({});
  const dots = await ask({ qr_preset_id: json.preset.id });
  const over = await ask({
    qr_preset_id: json.preset.id,
    style: { background: { mode: 'transparent' } },
    force_regenerate: true,
  });
  expect(plain.equals(dots)).toBe(false);
  expect(dots.equals(over)).toBe(false);
  expect(await kept()).toHaveLength(3);
});

test.each<[string, object, number, object]>([
  [
    'a style that would not scan',
    { style: { foreground: { color: '#eeeeee' } } },
    422,
    { code: 'invalid_style' },
  ],
  ['a colour that is none', { style: { foreground: { color: 'red;}' } } }, 422, { code: 'invalid_style' }],
  [
    'a preset that is not there',
    { qr_preset_id: '11111111-1111-4111-8111-111111111111' },
    404,
    { code: 'not_found' },
  ],
  [
    'a link that is not there',
    { url_id: '11111111-1111-4111-8111-111111111111' },
    404,
    { code: 'not_found' },
  ],
  ['a size that is no number', { size: 'big' }, 400, { code: 'invalid_request', field: 'size' }],
  ['a format that is none', { format: 'gif' }, 400, { code: 'invalid_request', field: 'format' }],
])('%s is refused, and nothing is kept', async (_what, body, status, refusal) => {
  const { generate, kept } = await open();
  const answer = await generate(body);
  expect({ status: answer.status, json: JSON.parse(answer.text) }).toMatchObject({ status, json: refusal });
  expect(await kept()).toEqual([]);
});

test.each<[PlanName, number]>([
  ['growth', 403],
  ['professional', 200],
])('an API key on the plan %s gets %d; a session draws on any', async (plan, status) => {
  const { code, sessionToken } = await open(plan);
  expect((await code()).status).toBe(status);
  expect((await code('', sessionToken)).status).toBe(200);
});

test('a link of another workspace is none', async () => {
  const [mine, other] = [await open(), await open()];
  const answer = await mine.generate({ url_id: other.urlId });
  expect(answer.status).toBe(404);
});
