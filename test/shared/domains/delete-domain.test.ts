import { deleteDomain } from '#shared/domains/delete-domain.ts';
import { newUuid } from '#shared/ids.ts';
import { aLink } from '#test/support/links.ts';
import { memoryLinkStore } from '#test/support/memory/link-store.ts';
import { memoryWorkspaceStore } from '#test/support/memory/workspace-store.ts';
import { exampleDomain } from '#test/support/workspaces.ts';

const workspaceId = '11111111-1111-1111-1111-111111111111';
const domain = exampleDomain({ workspaceId, domainId: '22222222-2222-2222-2222-222222222222' });
const HOST = domain.domain;

async function open(given = domain) {
  const workspaces = memoryWorkspaceStore();
  const links = memoryLinkStore();
  const clock = { nowMs: Date.now() };
  await workspaces.addDomain(given);
  const tools = { workspaces, closure: { ...links.closure }, now: () => clock.nowMs, newId: newUuid };
  const remove = (of = workspaceId) =>
    deleteDomain(tools, { workspaceId: of, domainId: domain.domainId, budgetMs: 1_000 });
  const shorten = () => links.create(aLink({ workspaceId, domainId: domain.domainId }));
  return { workspaces, links, tools, clock, remove, shorten };
}

test('a domain without links goes with its host, and both may come again', async () => {
  const { workspaces, remove, shorten } = await open();
  expect(await remove()).toEqual(domain);
  expect(await workspaces.findHost(HOST)).toBeUndefined();
  expect(await shorten()).toBe('domain_closed');
  const again = { ...domain, domainId: newUuid(), workspaceId: newUuid() };
  expect(await workspaces.addDomain(again)).toBe('created');
});

test('one that is deleted already, or is of another workspace, is not found', async () => {
  const { remove } = await open();
  await expect(remove(newUuid())).rejects.toMatchObject({ code: 'not_found' });
  await remove();
  await expect(remove()).rejects.toMatchObject({ code: 'not_found' });
});

test('one with links stays, and takes links as before', async () => {
  const { workspaces, remove, shorten } = await open();
  await shorten();
  await expect(remove()).rejects.toMatchObject({ code: 'domain_in_use', status: 409 });
  expect(await workspaces.findHost(HOST)).toMatchObject({ status: 'ready' });
  expect(await shorten()).toBe('created');
});

test('a claim goes without a search, and leaves the host to its owner', async () => {
  const claim = { ...domain, status: 'pending', provenAtMs: null } as const;
  const { workspaces, tools, remove } = await open(claim);
  await workspaces.addDomain({ ...domain, workspaceId: 'w2', domainId: newUuid() });
  tools.closure.hasLinks = () => Promise.reject(new Error('nothing to look for'));
  await remove();
  expect(await workspaces.findHost(HOST)).toMatchObject({ workspaceId: 'w2' });
});

test('a link that is made during the search is refused, so that none is left without its domain', async () => {
  const { tools, links, remove, shorten } = await open();
  let outcome: string | undefined;
  tools.closure.hasLinks = async (...asked) => {
    const found = await links.closure.hasLinks(...asked);
    outcome = await shorten();
    return found;
  };
  await remove();
  expect(outcome).toBe('domain_closed');
});

test('a domain that is changed during the search is not deleted', async () => {
  const { tools, workspaces, remove } = await open();
  tools.closure.hasLinks = async () => {
    await workspaces.updateDomain(workspaceId, domain.domainId, { status: 'disabled' });
    return false;
  };
  await expect(remove()).rejects.toMatchObject({ code: 'conflict' });
  expect(await workspaces.findHost(HOST)).toMatchObject({ status: 'disabled' });
});

test('a search that takes too long, or fails, deletes nothing and opens the domain again', async () => {
  const { tools, clock, workspaces, links, remove, shorten } = await open();
  tools.closure.hasLinks = (place, isLate) => {
    clock.nowMs += 1_001;
    return links.closure.hasLinks(place, isLate);
  };
  await expect(remove()).rejects.toMatchObject({ code: 'unavailable' });
  tools.closure.hasLinks = () => Promise.reject(new Error('the table is gone'));
  await expect(remove()).rejects.toThrow('the table is gone');
  expect(await workspaces.findHost(HOST)).toBeDefined();
  expect(await shorten()).toBe('created');
});

test('who pauses until the closure has ended deletes nothing', async () => {
  const { tools, clock, workspaces, remove } = await open();
  tools.closure.hasLinks = async () => {
    clock.nowMs += 120_000;
    return false;
  };
  await expect(remove()).rejects.toMatchObject({ code: 'conflict' });
  expect(await workspaces.findHost(HOST)).toBeDefined();
});

test('a deletion that broke off after the search is done by the next one', async () => {
  const { tools, workspaces, remove } = await open();
  const { removeDomain } = workspaces;
  tools.workspaces.removeDomain = () => Promise.reject(new Error('gone'));
  await expect(remove()).rejects.toThrow('gone');
  tools.workspaces.removeDomain = removeDomain;
  await remove();
  expect(await workspaces.findHost(HOST)).toBeUndefined();
});
