import { readVisit } from '#functions/redirect/read-visit.ts';
import { HOST, NOW, visit } from './open-redirect.ts';

const read = (request: Parameters<typeof visit>[0]) => readVisit(visit(request), 'GET', 'spring', NOW);

test.each([
  ['Go.Example', HOST],
  ['go.example:8443', HOST],
  ['go.example:', HOST],
  ['www.go.example', 'www.go.example'],
  ['go.example.', 'go.example.'],
  ['go.example,evil.example', 'go.example,evil.example'],
  ['', ''],
])('the host of %j is %j', (header, host) => {
  expect(read({ headers: { 'x-slugline-host': header } }).host).toBe(host);
});

test("the viewer's own host header counts for nothing", () => {
  expect(read({ headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } }).host).toBe(HOST);
});

test.each(['', 'nr=qrx', 'nr=QR', 'nr=', 'NR=qr', 'nr=x&nr=qr', 'xnr=qr', '%', '%ZZ=%&&=&nr'])(
  'the query %j is no scan',
  (query) => expect(read({ query }).scan).toBe(false),
);

test.each(['nr=qr', 'a=%&nr=qr&b', 'nr=%71r'])('the query %j is a scan', (query) => {
  expect(read({ query }).scan).toBe(true);
});

test.each([
  ['sec-purpose', 'prefetch'],
  ['sec-purpose', 'prefetch;prerender'],
  ['purpose', 'prefetch'],
  ['x-purpose', 'preview'],
  ['x-moz', 'prefetch'],
])('%s: %s is a prefetch', (name, value) => {
  expect(read({ headers: { [name]: value } }).prefetch).toBe(true);
});

test('an ordinary visit is no prefetch, and what it lacks is empty', () => {
  const { 'user-agent': _, ...headers } = visit().headers;
  expect(readVisit({ ...visit(), headers }, 'GET', 'spring', NOW)).toMatchObject({
    prefetch: false,
    query: '',
    scan: false,
    agent: '',
    referrer: '',
    address: '198.51.100.7',
    cookies: [],
    body: '',
  });
});

test('a body may come in base64', () => {
  expect(read({ body: Buffer.from('password=ä') }).body).toBe('password=ä');
  expect(read({ body: 'password=ä' }).body).toBe('password=ä');
});
