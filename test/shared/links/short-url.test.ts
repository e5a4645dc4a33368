import { parseShortUrl } from '#shared/links/short-url.ts';

test.each([
  '',
  'spring',
  '/spring',
  'https://',
  'https://a.example',
  'https://a.example/',
  'https://a.example/b/',
  'https://a.example/b/c',
  'https://a.example/b.c',
  'https://a.example:99999/abc',
  'ftp://a.example/abc',
  `${'a'.repeat(250)}.com/abc`,
])('%j names no slug', (text) => {
  expect(parseShortUrl(text)).toBeUndefined();
});

test.each([
  ['https://links.example.com/Spring-1', 'links.example.com'],
  ['http://links.example.com:3001/Spring-1', 'links.example.com'],
  ['HTTPS://Links.Example.Com./Spring-1?nr=qr#x', 'links.example.com'],
  ['links.example.com/Spring-1', 'links.example.com'],
  ['https://links.example.com/Spring-1/', 'links.example.com'],
  ['https://links.example.com/Spring-1).', 'links.example.com'],
  [' https://links.example.com/%53pring-1%E2%80%8B?x ', 'links.example.com'],
  ['localhost:3001/Spring-1', 'localhost'],
  ['https://lïnks.example/Spring-1', 'xn--lnks-5pa.example'],
])('%s names a host and a slug', (text, host) => {
  expect(parseShortUrl(text)).toEqual({ host, shortCode: 'Spring-1' });
});
