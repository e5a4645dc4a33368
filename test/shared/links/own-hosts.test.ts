import { checkDestination } from '#shared/links/check-destination.ts';
import { OwnHosts } from '#shared/links/own-hosts.ts';
import { memoryWorkspaceStore } from '#test/support/memory/workspace-store.ts';

const openHosts = async () => {
  const workspaces = memoryWorkspaceStore();
  await workspaces.addDomain({
    domainId: '00000000-0000-0000-0000-000000000000',
    workspaceId: '11111111-1111-1111-1111-111111111111',
    domain: 'links.example.com',
    status: 'disabled',
    policy: { allowHttp: false, expirationRequired: false, expirationChangesAllowed: true },
    createdAtMs: 0,
  });
  return new OwnHosts(workspaces);
};

test.each([
  'https://links.example.com/a',
  'https://LINKS.Example.Com/a',
  'https://links.example.com./a',
  'https://links.example.com:8443/a',
  'https://links。example．com/',
  'https://ｌｉｎｋｓ.example.com/',
  'https://links.ex%61mple.com/',
])('%s is a short domain, though another workspace owns it and it is disabled', async (raw) => {
  const hosts = await openHosts();
  await expect(hosts.refuse(checkDestination(raw), 'long_url')).rejects.toMatchObject({
    code: 'destination_blocked',
    field: 'long_url',
  });
});

test.each([
  'https://example.com/',
  'https://www.links.example.com/',
  'https://example.com/links.example.com',
])('%s is not', async (raw) => {
  await expect((await openHosts()).refuse(checkDestination(raw), 'long_url')).resolves.toBeUndefined();
});
