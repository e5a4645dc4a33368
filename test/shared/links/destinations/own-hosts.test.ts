import { checkDestination } from '#shared/links/destinations/check-destination.ts';
import { OwnHosts } from '#shared/links/destinations/own-hosts.ts';
import { memoryWorkspaceStore } from '#test/support/memory/workspace-store.ts';
import { exampleDomain } from '#test/support/workspaces.ts';

const openHosts = async () => {
  const workspaces = memoryWorkspaceStore();
  const workspaceId = '11111111-1111-1111-1111-111111111111';
  await workspaces.addDomain(exampleDomain({ workspaceId, status: 'disabled' }));
  await workspaces.addDomain(
    exampleDomain({
      workspaceId,
      domainId: '22222222-2222-2222-2222-222222222222',
      domain: 'claimed.example.com',
      status: 'pending',
      provenAtMs: null,
    }),
  );
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
  'https://claimed.example.com/',
])('%s is not', async (raw) => {
  await expect((await openHosts()).refuse(checkDestination(raw), 'long_url')).resolves.toBeUndefined();
});
