import fc from 'fast-check';
import { checkDestination } from '#shared/links/destinations/check-destination.ts';
import { Problem } from '#shared/problem.ts';

const isBlocked = (raw: string, allowHttp = true): boolean => {
  try {
    checkDestination(raw, { allowHttp });
    return false;
  } catch (error) {
    if (error instanceof Problem && error.code === 'destination_blocked') return true;
    throw error;
  }
};

describe('what is no web address', () => {
  test.each([
    '',
    ' ',
    'example.com',
    '//example.com',
    '/path',
    'https:',
    'https://',
    'https:example.com',
    'https:/example.com',
    'https:///example.com',
    'https://?x',
    'https://#x',
    'https://:443/',
    'https://exa mple.com/',
    'https://example.com:99999/',
    'https://[::1/',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'javascript://example.com/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'ftp://example.com/',
    'ws://example.com/',
    'blob:https://example.com/1',
    'view-source:https://example.com/',
    'mailto:a@example.com',
    'intent://example.com/#Intent;end',
  ])('%j is blocked', (raw) => {
    expect(isBlocked(raw)).toBe(true);
  });

  test.each(['http://example.com/', 'HTTP://example.com/'])('%j needs a domain that allows http', (raw) => {
    expect(isBlocked(raw, false)).toBe(true);
    expect(isBlocked(raw, true)).toBe(false);
  });
});

describe('what two parsers could read differently', () => {
  test.each([
    ['a tab', 'https://exam\tple.com/'],
    ['a line end', 'https://example.com/\r\nset-cookie: a=b'],
    ['NUL', 'https://example.com/\0'],
    ['a control character in front', '\u0001https://example.com/'],
    ['white space in front', ' https://example.com/'],
    ['white space behind', 'https://example.com/ '],
    ['a no-break space behind', 'https://example.com/\u00a0'],
    ['a zero-width space', 'https://exam\u200bple.com/'],
    ['a zero-width joiner', 'https://exam\u200dple.com/'],
    ['a soft hyphen', 'https://exam\u00adple.com/'],
    ['a byte order mark', '\ufeffhttps://example.com/'],
    ['a word joiner', 'https://exam\u2060ple.com/'],
    ['a zero-width non-joiner behind the host', 'https://example.com\u200c/'],
    ['a zero-width joiner before the port', 'https://example.com\u200d:443/'],
    ['a zero-width space in the scheme', 'https\u200b://example.com/'],
    ['an escaped zero-width space', 'https://exam%E2%80%8Bple.com/'],
    ['an escaped soft hyphen', 'https://exam%c2%adple.com/'],
    ['a zero-width joiner without a scheme', 'example.com/\u200d'],
    ['a right-to-left override', 'https://example.com/\u202egpj.exe'],
    ['a Hangul filler', 'https://example.com/\u3164'],
    ['a line separator', 'https://example.com/\u2028'],
    ['a tag character', 'https://example.com/\u{e0041}'],
    ['half a surrogate pair', 'https://example.com/\ud800'],
    ['a backslash for a slash', 'https:\\\\example.com\\'],
    ['a backslash in the authority', 'https://example.com\\@evil.example/'],
    ['a user name', 'https://user@example.com/'],
    ['user name and password', 'https://user:secret@example.com/'],
    ['an empty user name', 'https://@example.com/'],
    ['a host as user name', 'https://example.com:443@evil.example/'],
  ])('%s is blocked', (_what, raw) => {
    expect(isBlocked(raw)).toBe(true);
  });
});

test.each([
  ['https://example.com/a\ufeff', 'https://example.com/a%EF%BB%BF'],
  ['https://example.com/👩\u200d💻', 'https://example.com/%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB'],
  [
    'https://example.com/?q=می\u200cخواهم',
    'https://example.com/?q=%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%87%D9%85',
  ],
  [
    'https://example.com?\u200b\ufeff\u2060#\u200d',
    'https://example.com/?%E2%80%8B%EF%BB%BF%E2%81%A0#%E2%80%8D',
  ],
])('zero-width characters of path and query are encoded: %j', (raw, href) => {
  expect(checkDestination(raw).url.href).toBe(href);
});

test.each([
  'https://me:hunter2@a.example/',
  'https:\\\\me:hunter2@a.example',
  'https://hunter2@b@a.example/x@y',
  '//me:hunter2@a.example',
])('a password in %s is not shown again', (raw) => {
  expect(() => checkDestination(raw, { allowHttp: false })).toThrow(
    expect.objectContaining({ code: 'destination_blocked', message: expect.not.stringContaining('hunter2') }),
  );
});

describe('a host that is not public', () => {
  const hosts = [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'localhost..',
    'a.localhost',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'localhost.localdomain',
    'intranet',
    'printer.local',
    'metadata.google.internal',
    'metadata.google.internal.',
    'METADATA.GOOGLE。INTERNAL',
    'instance-data',
    'instance-data.ec2.internal',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'router.lan',
    'nas.home.arpa',
    'example..com',
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '127.255.255.254',
    '2130706433',
    '0x7f000001',
    '0x7F.0.0.1',
    '0x7f.1',
    '0177.0.0.1',
    '0177.1',
    '017700000001',
    '%31%32%37.0.0.1',
    '１２７.０.０.１',
    '127。0。0。1',
    '127．0．0．1',
    '①②⑦.0.0.1',
    '0.0.0.0',
    '0',
    '10.0.0.1',
    '10.1',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '169.254.169.254',
    '2852039166',
    '0xA9FEA9FE',
    '0251.0376.0251.0376',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::FFFF:a9fe:a9fe]',
    '[::ffff:8.8.8.8]',
    '[64:ff9b::10.0.0.1]',
    '[2002:7f00:1::]',
    '[2001:0:0:0::1]',
    '[2001:db8::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
  ];
  test.each(hosts)('https://%s is blocked', (host) => {
    expect(isBlocked(`https://${host}/`)).toBe(true);
    expect(isBlocked(`https://${host}:8080/path?query#hash`)).toBe(true);
  });
});

describe('a public web address', () => {
  test.each([
    ['https://example.com', 'example.com'],
    ['HTTPS://Example.COM./Path', 'example.com'],
    ['https://example.com:8443/a%20b?c=d#e', 'example.com'],
    ['https://example.com/?next=http://10.0.0.1/@x', 'example.com'],
    ['https://münchen.de/straße', 'xn--mnchen-3ya.de'],
    ['https://例え.テスト/', 'xn--r8jz45g.xn--zckzah'],
    ['https://exa_mple.com/', 'exa_mple.com'],
    ['https://mylocalhost.com/', 'mylocalhost.com'],
    ['https://local.example.com/', 'local.example.com'],
    ['https://8.8.8.8/', '8.8.8.8'],
    ['https://172.32.0.1/', '172.32.0.1'],
    ['https://[2606:4700:4700::1111]/', '[2606:4700:4700::1111]'],
  ])('%j is allowed', (raw, host) => {
    expect(checkDestination(raw).host).toBe(host);
  });

  test('2,048 characters are allowed, 2,049 are not, nor more than that once encoded', () => {
    const start = 'https://example.com/';
    expect(isBlocked(start.padEnd(2_048, 'a'))).toBe(false);
    expect(isBlocked(start.padEnd(2_049, 'a'))).toBe(true);
    expect(isBlocked(start.padEnd(1_000, 'ü'))).toBe(true);
  });

  test('the refusal names the field and never repeats more than the beginning', () => {
    const raw = `ftp://${'a'.repeat(500)}`;
    const check = () => checkDestination(raw, { field: 'rules[0].destinationUrl' });
    expect(check).toThrow(expect.objectContaining({ field: 'rules[0].destinationUrl' }));
    expect(check).toThrow(/^.{0,250}$/);
  });
});

describe('for any text', () => {
  const scheme = fc.constantFrom('https://', 'http://', 'https:/', 'https:\\\\', 'HTTPS://');
  const piece = fc.oneof(
    fc.constantFrom(
      '127.0.0.1',
      'localhost',
      '[::1]',
      '@',
      ':',
      '/',
      '\\',
      '.',
      '。',
      '%2f',
      '%00',
      '0x7f',
      '?',
      '#',
    ),
    fc.string({ maxLength: 6 }),
    fc.string({ maxLength: 3, unit: 'binary' }),
  );
  const anyUrl = fc
    .tuple(scheme, fc.array(piece, { maxLength: 6 }))
    .map(([start, rest]) => start + rest.join(''));

  test('it is blocked or leads to a public host over https, whoever parses it', () => {
    fc.assert(
      fc.property(anyUrl, (raw) => {
        if (isBlocked(raw, false)) return;
        const { url, host } = checkDestination(raw);
        expect(url.protocol).toBe('https:');
        expect(url.username + url.password).toBe('');
        expect(host).toMatch(/\.|^\[/);
        expect(host).not.toMatch(/^(?:127|10|0)\.\d+\.\d+\.\d+$|(?:^|\.)localhost$|[^\x21-\x7e]/);
        // What was checked is what a browser gets: parsing the normal form changes nothing.
        expect(new URL(url.href).href).toBe(url.href);
      }),
      { numRuns: 3_000 },
    );
  });

  test('every spelling of a private IPv4 address is blocked', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const address = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127, 224, 240), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    );
    const spellings: ((octets: number[]) => string)[] = [
      (octets) => octets.join('.'),
      (octets) => octets.map((n) => `0x${n.toString(16)}`).join('.'),
      (octets) => octets.map((n) => `0${n.toString(8)}`).join('.'),
      ([a, b, c, d]) => String(((a! * 256 + b!) * 256 + c!) * 256 + d!),
      ([a, b, c, d]) => `0x${(((a! * 256 + b!) * 256 + c!) * 256 + d!).toString(16)}`,
      ([a, b, c, d]) => `${a}.${(b! * 256 + c!) * 256 + d!}`,
      ([a, b, c, d]) => `${a}.${b}.${c! * 256 + d!}`,
      (octets) => octets.join('。'),
      (octets) =>
        [...octets.join('.')]
          .map((c) => (c === '.' ? c : String.fromCharCode(c.charCodeAt(0) + 0xfee0)))
          .join(''),
      (octets) => `[::ffff:${octets.join('.')}]`,
      (octets) => `${octets.join('.')}.`,
    ];
    fc.assert(
      fc.property(address, fc.constantFrom(...spellings), (octets, spell) => {
        expect(isBlocked(`https://${spell(octets)}/`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
