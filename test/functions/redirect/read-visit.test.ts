import fc from 'fast-check';
import { readVisit, slugOf } from '#functions/redirect/read-visit.ts';
import { HOST, NOW, visit } from './open-redirect.ts';

const read = (request: Parameters<typeof visit>[0]) => readVisit(visit(request), 'GET', 'spring', NOW);

test.each([
  ['', 'nothing'],
  ['/', 'no slug'],
  ['/ab', 'too short'],
  [`/${'a'.repeat(65)}`, 'too long'],
  ['//spring', 'an empty segment'],
  ['/spring/', 'a trailing slash'],
  ['/a/spring', 'two segments'],
  ['/..', 'a way up'],
  ['/../spring', 'a way up'],
  ['/%2e%2e', 'an encoded way up'],
  ['/a%2Fspring', 'an encoded slash'],
  ['/spring%00', 'an encoded NUL'],
  ['/spring%', 'a broken encoding'],
  ['/%ff%fe%fd', 'no UTF-8'],
  ['/%ZZspring', 'a broken encoding'],
  ['/frühling', 'letters beyond ASCII'],
  ['/fr%C3%BChling', 'encoded letters beyond ASCII'],
  ['/ѕрring', 'Cyrillic look-alikes'],
  ['/spring.html', 'a dot'],
  ['/spring+sale', 'a plus'],
  ['/spring sale', 'a space'],
])('%j is no slug: %s', (path) => expect(slugOf(path)).toBeUndefined());

test('a slug is taken with its case, encoded or not', () => {
  expect(slugOf('/Spring_sale-26')).toBe('Spring_sale-26');
  expect(slugOf('/%73pring')).toBe('spring');
});

test('property: what is taken for a slug always looks like one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (path) => {
      const slug = slugOf(`/${path}`);
      if (slug !== undefined) expect(slug).toMatch(/^[A-Za-z0-9_-]{3,64}$/);
    }),
  );
});

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
