import { servedHosts } from '#shared/domains/served-hosts.ts';

const serves = servedHosts('go.example.com, *.Links.example.org');

test.each(['go.example.com', 'a.links.example.org'])('%s is served', (host) => {
  expect(serves(host)).toBe(true);
});

test.each(['example.com', 'a.go.example.com', 'links.example.org', 'a.b.links.example.org', '*', 'com'])(
  '%s is not',
  (host) => {
    expect(serves(host)).toBe(false);
  },
);

test('a deployment without names of its own serves none of them', () => {
  expect(servedHosts('')('go.example.com')).toBe(false);
});
