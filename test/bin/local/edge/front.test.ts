import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { startFixtureStack } from '../fixtures/start-fixture-stack.ts';

const stack = await startFixtureStack();
afterAll(() => stack.stop());

interface Echo {
  event: APIGatewayProxyEventV2;
  environment: Record<string, string>;
}

const echo = async (path: string, init: RequestInit = {}, url = stack.apiUrl): Promise<Echo> => {
  const response = await fetch(url + path, init);
  expect(response.status).toBe(200);
  return (await response.json()) as Echo;
};

/** Sends bytes as they are and gives what comes back until the connection ends. */
async function send(head: string, body = ''): Promise<string> {
  const { port } = new URL(stack.apiUrl);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`${head}\r\nhost: localhost\r\nconnection: close\r\n\r\n${body}`);
  return text(socket);
}

describe('refusals', () => {
  test('a URL above 8,192 bytes', async () => {
    expect((await fetch(`${stack.apiUrl}/echo?q=${'x'.repeat(8200)}`)).status).toBe(414);
  });

  test('headers above 20,480 bytes', async () => {
    expect((await fetch(`${stack.apiUrl}/echo`, { headers: { 'x-long': 'x'.repeat(21_000) } })).status).toBe(
      494,
    );
  });

  test('headers that CloudFront takes and API Gateway does not', async () => {
    expect((await fetch(`${stack.apiUrl}/echo`, { headers: { 'x-long': 'x'.repeat(12_000) } })).status).toBe(
      431,
    );
  });

  test('a body above 10 MB, announced or not', async () => {
    const large = new Uint8Array(10 * 1024 * 1024 + 1);
    expect((await fetch(`${stack.apiUrl}/echo`, { method: 'POST', body: large })).status).toBe(413);
    const chunks = `100000\r\n${'x'.repeat(0x100000)}\r\n`.repeat(11);
    expect(await send('POST /echo HTTP/1.1\r\ntransfer-encoding: chunked', `${chunks}0\r\n\r\n`)).toContain(
      ' 413 ',
    );
  });

  test.each(['', '\r\nhost:'])('HTTP/1.0 that names no host (%j)', async (header) => {
    const socket = connect(Number(new URL(stack.apiUrl).port), '127.0.0.1');
    socket.write(`GET /echo HTTP/1.0${header}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 .*400 Bad Request/s);
  });

  test('a method that the behaviour does not allow', async () => {
    expect((await fetch(`${stack.apiUrl}/read-only`, { method: 'POST' })).status).toBe(403);
    expect((await fetch(`${stack.apiUrl}/read-only`)).status).toBe(200);
  });

  test('bytes outside ASCII in the URL', async () => {
    expect(await send('GET /gr\u00fc\u00dfe HTTP/1.1')).toMatch(/^HTTP\/1.1 400 /);
  });

  test.each(['/throw', '/exit', '/large', '/object-body', '/bad-header'])(
    'what the function at %s answers is a 500 without any detail',
    async (path) => {
      const response = await fetch(stack.apiUrl + path);
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    },
  );

  test('an answer that takes longer than the integration waits', async () => {
    const response = await fetch(`${stack.apiUrl}/never`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
    await stack.kill('api');
  });
});

describe('the edge', () => {
  test('the secret header is ours, whatever the client sends', async () => {
    const { event, environment } = await echo('/echo', { headers: { 'X-Slugline-Edge': 'forged' } });
    expect(event.headers['x-slugline-edge']).toBe(environment.EDGE_SECRET);
    expect(event.headers['x-slugline-edge']).toMatch(/^.{43}$/);
  });

  test('the code of the CloudFront Function runs: it copies the host and the address of the viewer', async () => {
    const { event } = await echo('/echo', { headers: { 'x-slugline-host': 'forged.example' } });
    expect(event.headers['x-slugline-host']).toBe(new URL(stack.apiUrl).host);
    expect(event.headers['x-slugline-viewer-address']).toBe('127.0.0.1');
    expect(event.headers.host).toBe('apihttp.execute-api.us-east-1.amazonaws.com');
  });

  test('an address that the client sends as the edge would stands for its own', async () => {
    const { event } = await echo('/echo', { headers: { 'cloudfront-viewer-address': '2001:db8::1:443' } });
    expect(event.headers['x-slugline-viewer-address']).toBe('2001:db8::1');
  });

  test('the short domain passes on what its policy lists, and geo headers as they were sent', async () => {
    const headers = { 'x-other': '1', 'cloudfront-viewer-country': 'DE', 'cloudfront-viewer-city': 'Berlin' };
    const { event } = await echo('/echo', { headers }, stack.shortUrl);
    expect(event.headers).toMatchObject({
      'cloudfront-viewer-country': 'DE',
      'cloudfront-viewer-address': expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      'x-slugline-host': new URL(stack.shortUrl).host,
    });
    expect(event.headers).not.toHaveProperty('x-other');
    expect(event.headers).not.toHaveProperty('cloudfront-viewer-city');
  });

  test('security headers are added, and override only where the policy says so', async () => {
    const { headers } = await fetch(`${stack.apiUrl}/frame`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect((await fetch(`${stack.apiUrl}/echo`)).headers.get('x-frame-options')).toBe('DENY');
  });
});

describe('payload format 2.0', () => {
  test('path and query stay as they were sent; parameters are decoded, repeated ones joined', async () => {
    const { event } = await echo('/a%2Fb//c%20d/?a=1&b=%C3%BC&a=2&c');
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%2Fb//c%20d/',
      rawQueryString: 'a=1&b=%C3%BC&a=2&c',
      queryStringParameters: { a: '1,2', b: '\u00fc', c: '' },
      requestContext: {
        stage: '$default',
        http: { method: 'GET', path: '/a%2Fb//c%20d/', protocol: 'HTTP/1.1' },
      },
    });
  });

  test('absent things are absent', async () => {
    const { event } = await echo('/echo');
    expect(event.rawQueryString).toBe('');
    expect(event.isBase64Encoded).toBe(false);
    for (const member of ['queryStringParameters', 'cookies', 'body', 'pathParameters'])
      expect(event).not.toHaveProperty(member);
  });

  test('cookies are a list and no header; a repeated header is joined by a comma', async () => {
    const answer = await send('GET /echo HTTP/1.1\r\nCookie: a=1; b=2\r\nX-Twice: one\r\nx-twice: two');
    const { event } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Echo;
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.headers['x-twice']).toBe('one,two');
  });

  test.each([
    ['application/json', '{"a":"\u00fc"}', false],
    ['text/csv; charset=utf-8', 'a,b', false],
    ['application/problem+json', '{}', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['image/png', '\u0000\u00ff', true],
  ])('a body of %s', async (type, body, isBase64Encoded) => {
    const { event } = await echo('/echo', { method: 'POST', body, headers: { 'content-type': type } });
    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(event.body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString()).toBe(body);
  });
});

describe('answers', () => {
  test('each cookie has a header of its own, and text is the default type', async () => {
    const { headers } = await fetch(`${stack.apiUrl}/cookies`);
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(headers.get('x-mixed-case')).toBe('kept');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('base64 becomes bytes', async () => {
    const response = await fetch(`${stack.apiUrl}/binary`);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 128, 10]);
  });

  test('HEAD has the headers and no body', async () => {
    const response = await fetch(`${stack.apiUrl}/cookies`, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('4');
    expect(await response.text()).toBe('');
  });

  test('204 has neither', async () => {
    const response = await fetch(`${stack.apiUrl}/no-content`);
    expect(response.status).toBe(204);
    expect(response.headers.get('content-length')).toBeNull();
  });
});

describe('streams', () => {
  test('an error before the first byte is a 502', async () => {
    expect((await fetch(`${stack.apiUrl}/stream/throw`)).status).toBe(502);
  });

  test('an error in the middle breaks the connection', async () => {
    const response = await fetch(`${stack.apiUrl}/stream/break`);
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow();
  });

  test('the path pattern chooses the behaviour, and its head comes from the function', async () => {
    const response = await fetch(`${stack.apiUrl}/stream/whole`, { headers: { authorization: 'Bearer x' } });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.get('x-authorization')).toBe('Bearer x');
    expect(response.headers.getSetCookie()).toEqual(['s=1']);
    expect(await response.text()).toBe('first\nlast\n');
  });

  test('the first bytes come before the last are written', async () => {
    const { body } = await fetch(`${stack.apiUrl}/stream/whole`);
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('first\n');
    expect((await reader.read()).value).toBe('last\n');
  });
});
