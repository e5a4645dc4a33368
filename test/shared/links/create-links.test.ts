import { type CreateContext, createLink, createLinks, type LinkRequest } from '#shared/links/create-links.ts';
import type { Creation, LinkStore } from '#shared/links/link-store.ts';
import { aLink } from '#test/support/links.ts';
import { memoryLinkStore } from '#test/support/memory/link-store.ts';

let store: LinkStore;
let slugs: string[];

beforeEach(() => {
  store = memoryLinkStore();
  slugs = [];
});

const context = (members: Partial<CreateContext> = {}): CreateContext => ({
  store,
  quota: undefined,
  newSlug: () => slugs.shift() ?? 'taken-too',
  shortOrigin: 'https://{domain}',
  nowMs: Date.now(),
  ...members,
});
const request = (shortCode: string, members: Partial<LinkRequest> = {}): LinkRequest => ({
  link: aLink({ shortCode }),
  slugIsGenerated: false,
  ...members,
});
const keyed = (shortCode: string, hash: string, bodyHash = 'body') =>
  request(shortCode, { key: { hash, bodyHash } });

test('no requests need no store', async () => {
  expect(await createLinks([], context())).toEqual([]);
});

test('a chosen slug that is taken is refused', async () => {
  await store.create(aLink({ shortCode: 'taken' }));
  await expect(createLink(request('taken'), context())).rejects.toMatchObject({ code: 'slug_unavailable' });
});

test('a generated slug that is taken is replaced by another one', async () => {
  await store.create(aLink({ shortCode: 'taken' }));
  await store.create(aLink({ shortCode: 'taken-too' }));
  slugs = ['taken-too', 'free-one'];
  const link = await createLink(request('taken', { slugIsGenerated: true }), context());
  expect(link.shortCode).toBe('free-one');
  expect(await store.find(link.workspaceId, link.urlId)).toEqual(link);
});

test('a domain without free slugs does not keep the caller for ever', async () => {
  await store.create(aLink({ shortCode: 'taken-too' }));
  const result = createLink(request('taken-too', { slugIsGenerated: true }), context());
  await expect(result).rejects.toMatchObject({ code: 'unavailable' });
});

test('a key that somebody else uses at the same time is answered with their link', async () => {
  const theirs = keyed('theirs', 'k');
  // They write between our look at the keys and our own write.
  const racing: LinkStore = {
    ...store,
    createMany: async (creations, quota) => {
      await createLinks([theirs], context());
      return store.createMany(creations, quota);
    },
  };
  const [same] = await createLinks([keyed('theirs', 'k')], context({ store: racing }));
  expect(same).toMatchObject({ kind: 'replayed', replay: { urlId: theirs.link.urlId, shortCode: 'theirs' } });
  const [other] = await createLinks([keyed('another', 'k', 'other body')], context());
  expect(other).toMatchObject({ kind: 'refused', problem: { code: 'idempotency_conflict' } });
});

test('a crash after the write loses and doubles nothing', async () => {
  const crashing: LinkStore = {
    ...store,
    createMany: async (creations, quota) => {
      await store.createMany(creations, quota);
      throw new Error('crash');
    },
  };
  const quota = { workspaceId: aLink().workspaceId, month: '2026-11', links: 3 };
  const requests = () => [keyed('one', 'k1'), keyed('two', 'k2')];
  await expect(createLinks(requests(), context({ store: crashing, quota }))).rejects.toThrow('crash');
  const results = await createLinks(requests(), context({ quota }));
  expect(results.map(({ kind }) => kind)).toEqual(['replayed', 'replayed']);
  const more = await createLinks([request('three'), request('four')], context({ quota }));
  expect(more).toMatchObject([{ kind: 'created' }, { problem: { code: 'monthly_quota_exceeded' } }]);
});

test('a slug or key that stands twice waits for what becomes of the first', async () => {
  const results = await createLinks(
    [request('same'), request('same'), keyed('one', 'k'), keyed('one', 'k'), request('last')],
    context(),
  );
  expect(results.map(({ kind }) => kind)).toEqual(['created', 'refused', 'created', 'replayed', 'created']);
});

test('sixty rows go in batches of 25, in order', async () => {
  const batches: number[] = [];
  const counting: LinkStore = {
    ...store,
    createMany: (creations: readonly Creation[], quota) => {
      batches.push(creations.length);
      return store.createMany(creations, quota);
    },
  };
  const requests = Array.from({ length: 60 }, (_, n) => request(`slug-${n}`));
  const results = await createLinks(requests, context({ store: counting }));
  expect(batches).toEqual([25, 25, 10]);
  expect(results.map((result) => result.kind === 'created' && result.link.shortCode)).toEqual(
    requests.map(({ link }) => link.shortCode),
  );
});
