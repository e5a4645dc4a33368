import { changeLink, deleteLink } from '#shared/links/change-link.ts';
import type { Link } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { aLink } from '#test/support/links.ts';
import { memoryLinkStore } from '#test/support/memory/link-store.ts';

let store: LinkStore;
let link: Link;

beforeEach(async () => {
  store = memoryLinkStore();
  link = aLink();
  await store.create(link);
});

const NOW = 1_900_000_000_000;
const context = (members: Partial<LinkStore> = {}) => ({
  store: { ...store, ...members },
  workspaceId: link.workspaceId,
  nowMs: NOW,
});
const retitled = (before: Link): Link => ({ ...before, title: 'New' });

test('a link of another workspace is not found', async () => {
  const foreign = { ...context(), workspaceId: 'another' };
  await expect(changeLink(foreign, link.urlId, retitled)).rejects.toMatchObject({ code: 'not_found' });
  await expect(deleteLink(foreign, link.urlId)).rejects.toMatchObject({ code: 'not_found' });
});

test('a refusal of the change writes nothing', async () => {
  const refuse = () => {
    throw new Error('refused');
  };
  await expect(changeLink(context(), link.urlId, refuse)).rejects.toThrow('refused');
  expect(await store.find(link.workspaceId, link.urlId)).toEqual(link);
});

test('a change keeps its instant and its version', async () => {
  const { before, after } = await changeLink(context(), link.urlId, retitled);
  expect(before).toEqual(link);
  expect(after).toEqual({ ...link, title: 'New', updatedAtMs: NOW, version: 2 });
  expect(await store.find(link.workspaceId, link.urlId)).toEqual(after);
});

test('somebody else’s change in between is kept, and the change is made from it', async () => {
  let interfered = false;
  const { after } = await changeLink(context(), link.urlId, async (before) => {
    if (!interfered) await store.replace(before, { ...before, space: 'Theirs' });
    interfered = true;
    return retitled(before);
  });
  expect(after).toMatchObject({ title: 'New', space: 'Theirs', version: 3 });
});

test('a link that changes for ever ends in a conflict', async () => {
  const changed = context({ replace: async () => 'changed', remove: async () => 'changed' });
  await expect(changeLink(changed, link.urlId, retitled)).rejects.toMatchObject({ code: 'conflict' });
  await expect(deleteLink(changed, link.urlId)).rejects.toMatchObject({ code: 'conflict' });
});

test('a link that goes away in between is not found', async () => {
  const change = async (before: Link) => {
    await store.remove(before, NOW);
    return retitled(before);
  };
  await expect(changeLink(context(), link.urlId, change)).rejects.toMatchObject({ code: 'not_found' });
});
