import { compileViewerFunction } from '#bin/local/edge/viewer-function.ts';

const request = (query: string, cookie: string) => ({
  method: 'GET',
  path: '/',
  query,
  headers: new Map([['cookie', cookie]]),
  viewer: { ip: '127.0.0.1', port: 1 },
});

test('parameters and cookies may have the names of properties', async () => {
  const code = `function handler({ request }) {
    request.headers.seen = { value: JSON.stringify([Object.entries(request.querystring), Object.entries(request.cookies)]) };
    return request;
  }`;
  const query = 'constructor=1&constructor=2&__proto__=3';
  const result = await compileViewerFunction(code)(request(query, 'toString=4'));
  const one = (value: string) => ({ value });
  expect(result).toMatchObject({ request: { query } });
  const seen = 'request' in result ? result.request.headers.get('seen') : undefined;
  expect(JSON.parse(seen ?? '')).toEqual([
    [
      ['constructor', { value: '1', multiValue: [one('1'), one('2')] }],
      ['__proto__', one('3')],
    ],
    [['toString', one('4')]],
  ]);
});
