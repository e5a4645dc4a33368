import { hostName } from '#shared/domains/host-name.ts';

const deployed = (text: string) => hostName(text, { laptop: false });
const laptop = (text: string) => hostName(text, { laptop: true });

describe('host names of short domains', () => {
  test.each([
    '',
    ' ',
    '.',
    'links',
    'https://links.example.com',
    'links.example.com/',
    'links.example.com/a',
    'links.example.com:443',
    'user@links.example.com',
    'links example.com',
    'links.example.com?x',
    'links.example.com#x',
    'links%2eexample.com',
    'links\\example.com',
    'links..example.com',
    '.links.example.com',
    '-links.example.com',
    'links-.example.com',
    'li_nks.example.com',
    '*.example.com',
    `${'a'.repeat(64)}.example.com`,
    `${'a.'.repeat(126)}com`,
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '１２７.0.0.1',
    '[::1]',
    '::1',
    'example.1',
    'localhost',
    'links.localhost',
    'LOCALHOST.',
    'printer.local',
    'metadata.google.internal',
  ])('%j is refused', (text) => {
    expect(() => deployed(text)).toThrow(
      expect.objectContaining({ code: 'invalid_request', field: 'domain_name' }),
    );
  });

  test.each([
    ['links.example.com', 'links.example.com'],
    ['LINKS.Example.com', 'links.example.com'],
    ['links.example.com.', 'links.example.com'],
    ['www.example.com', 'www.example.com'],
    ['müller.example', 'xn--mller-kva.example'],
    ['日本.jp', 'xn--wgv71a.jp'],
    ['1.example.com', '1.example.com'],
  ])('%j is stored as %j', (text, host) => {
    expect(deployed(text)).toBe(host);
  });

  test.each(['localhost', 'links.localhost', '127.0.0.1'])('%j is a host on a laptop', (text) => {
    expect(laptop(text)).toBe(text);
  });

  test.each(['127.0.0.2', '10.0.0.1', 'metadata.google.internal', 'notlocalhost'])(
    '%j is none there either',
    (text) => {
      expect(() => laptop(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    },
  );

  test('a refusal says what was got and what is wanted', () => {
    expect(() => deployed('links.example.com:443')).toThrow(
      'The domain name "links.example.com:443" has scheme, port, path or white space; a public host name such as links.example.com is required.',
    );
  });
});
