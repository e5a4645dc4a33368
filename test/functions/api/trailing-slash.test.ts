import { openLinkApi } from '#test/support/link-api.ts';

let call: ReturnType<Awaited<ReturnType<typeof openLinkApi>>['callAs']>;

beforeAll(async () => {
  const api = await openLinkApi();
  call = api.callAs((await api.open()).apiKey);
});

test.each(['/api/v1/whoami', '/api/v1/links', '/api/v1/domains', '/api/exports/jobs', '/api/openapi.json'])(
  '%s/ answers as %s',
  async (path) => {
    const [without, withSlash] = [await call('GET', path), await call('GET', `${path}/`)];
    expect([without.status, withSlash.status]).toEqual([200, 200]);
    expect(withSlash.json).toEqual(without.json);
  },
);

test('the streamed export, which the edge knows by its very path, is named', async () => {
  const path = '/link/external/v1/analytics/events/export';
  expect(await call('GET', `${path}/`)).toMatchObject({
    status: 404,
    json: {
      errors: [
        { code: 'EN001', message: `there is no ${path}/ here; without the slash at its end it is ${path}` },
      ],
    },
  });
});
