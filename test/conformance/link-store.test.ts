import { firstUuidAt, newUuid } from '#shared/ids.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { type LinkStore, REPLAY_MS, TOMBSTONE_MS } from '#shared/links/link-store.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aLink, largeRules } from '#test/support/links.ts';
import { memoryLinkStore } from '#test/support/memory/link-store.ts';
import { openTables } from '#test/support/resources.ts';

const onDynamoDb = async (): Promise<LinkStore> => {
  const tables = await openTables();
  return dynamodbLinkStore(openDatabase(), tables.links, tables.workspaces);
};

describe.each([
  ['in memory', async () => memoryLinkStore()],
  ['on DynamoDB', onDynamoDb],
])('the link store %s', (_where, open) => {
  let store: LinkStore;
  let workspaceId: string;
  let domainId: string;
  const ours = (members: Parameters<typeof aLink>[0] = {}) => aLink({ workspaceId, domainId, ...members });

  beforeAll(async () => {
    store = await open();
  });
  beforeEach(() => {
    workspaceId = newUuid();
    domainId = newUuid();
  });

  describe('create', () => {
    test('a slug in use is not taken by another link', async () => {
      const first = ours({ shortCode: 'spring' });
      const second = ours({ shortCode: 'spring' });
      expect(await store.create(first)).toBe('created');
      expect(await store.create(second)).toBe('slug_taken');
      expect(await store.find(workspaceId, second.urlId)).toBeUndefined();
    });

    test('slugs differ by case and by domain', async () => {
      expect(await store.create(ours({ shortCode: 'spring' }))).toBe('created');
      expect(await store.create(ours({ shortCode: 'Spring' }))).toBe('created');
      expect(await store.create(ours({ shortCode: 'spring', domainId: newUuid() }))).toBe('created');
    });

    test('a hundred links that want one slug at once: one gets it', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, () => store.create(ours({ shortCode: 'spring' }))),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'slug_taken')).toHaveLength(99);
    });

    test('a link comes back as it was written', async () => {
      const link = ours({
        title: 'Frühling 🌷',
        utm: { source: 'news', medium: null, campaign: '', term: null, content: null },
        customQueryParams: { ref: 'a=b&c' },
        tags: ['a', 'b'],
        expiresAtMs: 1_900_000_000_000,
        qr: { presetId: null, style: { quiet_zone: 2 } },
      });
      await store.create(link);
      expect(await store.find(workspaceId, link.urlId)).toEqual(link);
    });
  });

  describe('createMany', () => {
    const key = (hash: string, urlId: string) => ({
      hash,
      replay: { bodyHash: `body of ${hash}`, urlId, shortCode: 'code', shortUrl: 'https://d/code' },
    });
    const month = '2026-11';

    test('a taken slug stops its own row only', async () => {
      await store.create(ours({ shortCode: 'taken' }));
      const rows = [ours(), ours({ shortCode: 'taken' }), ours()];
      const outcomes = await store.createMany(rows.map((link) => ({ link })));
      expect(outcomes).toEqual(['created', 'slug_taken', 'created']);
      expect(
        [
          ...(
            await store.findMany(
              workspaceId,
              rows.map((link) => link.urlId),
            )
          ).keys(),
        ].sort(),
      ).toEqual([rows[0]!.urlId, rows[2]!.urlId].sort());
    });

    test('a used key makes no second link, and says so rather than that its slug is taken', async () => {
      const first = ours({ shortCode: 'same' });
      const again = ours({ shortCode: 'same' });
      expect(await store.createMany([{ link: first, key: key('k', first.urlId) }])).toEqual(['created']);
      expect(await store.createMany([{ link: again, key: key('k', again.urlId) }])).toEqual(['key_used']);
      const replays = await store.findReplays(workspaceId, ['k', 'other'], again.createdAtMs);
      expect(replays).toEqual(new Map([['k', key('k', first.urlId).replay]]));
    });

    test('a key belongs to its workspace', async () => {
      const link = ours();
      await store.createMany([{ link, key: key('k', link.urlId) }]);
      expect(await store.findReplays(newUuid(), ['k'], link.createdAtMs)).toEqual(new Map());
    });

    test('a key counts for 24 hours, whether or not its row was cleaned up', async () => {
      const link = ours();
      await store.createMany([{ link, key: key('k', link.urlId) }]);
      const lastMs = link.createdAtMs + REPLAY_MS - 1;
      expect((await store.findReplays(workspaceId, ['k'], lastMs)).size).toBe(1);
      expect((await store.findReplays(workspaceId, ['k'], lastMs + 1)).size).toBe(0);
      const later = ours({ createdAtMs: lastMs + 1 });
      expect(await store.createMany([{ link: later, key: key('k', later.urlId) }])).toEqual(['created']);
      expect((await store.findReplays(workspaceId, ['k'], lastMs + 1)).get('k')?.urlId).toBe(later.urlId);
    });

    test('twenty writers with one key make one link', async () => {
      const links = Array.from({ length: 20 }, () => ours());
      const outcomes = await Promise.all(
        links.map((link) => store.createMany([{ link, key: key('k', link.urlId) }])),
      );
      expect(outcomes.flat().filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect((await store.page({ workspaceId, order: 'ascending', limit: 50 })).links).toHaveLength(1);
    });

    test('no slug and no key may stand twice among them', async () => {
      const [one, two] = [ours({ shortCode: 'same' }), ours({ shortCode: 'same' })];
      await expect(store.createMany([{ link: one }, { link: two }])).rejects.toThrow();
      const rows = [ours(), ours()].map((link) => ({ link, key: key('k', link.urlId) }));
      await expect(store.createMany(rows)).rejects.toThrow();
      expect((await store.page({ workspaceId, order: 'ascending', limit: 5 })).links).toEqual([]);
    });

    test('the first rows get what is left of the quota', async () => {
      const quota = { workspaceId, month, links: 3 };
      const rows = () => Array.from({ length: 2 }, () => ({ link: ours() }));
      expect(await store.createMany(rows(), quota)).toEqual(['created', 'created']);
      expect(await store.createMany(rows(), quota)).toEqual(['created', 'quota_exceeded']);
      expect(await store.createMany(rows(), quota)).toEqual(['quota_exceeded', 'quota_exceeded']);
      expect(await store.createMany(rows(), { ...quota, month: '2026-12' })).toEqual(['created', 'created']);
    });

    test('a quota smaller than the batch goes to its first rows', async () => {
      const rows = Array.from({ length: 4 }, () => ({ link: ours() }));
      const outcomes = await store.createMany(rows, { workspaceId, month, links: 2 });
      expect(outcomes).toEqual(['created', 'created', 'quota_exceeded', 'quota_exceeded']);
    });

    test('what is refused takes nothing of the quota', async () => {
      await store.create(ours({ shortCode: 'taken' }));
      const quota = { workspaceId, month, links: 1 };
      const rows = [{ link: ours({ shortCode: 'taken' }) }, { link: ours() }];
      expect(await store.createMany(rows, quota)).toEqual(['slug_taken', 'created']);
    });

    test('thirty writers at once never pass the quota and use all of it', async () => {
      const quota = { workspaceId, month, links: 10 };
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, () => store.createMany([{ link: ours() }], quota)),
      );
      expect(outcomes.flat().filter((outcome) => outcome === 'created')).toHaveLength(10);
    });
  });

  describe('find', () => {
    test('a link of another workspace is not found', async () => {
      const link = ours();
      await store.create(link);
      expect(await store.find(newUuid(), link.urlId)).toBeUndefined();
      expect(await store.findMany(newUuid(), [link.urlId])).toEqual(new Map());
    });

    test('many ids, repeated and unknown ones among them, give those that exist', async () => {
      const links = Array.from({ length: 130 }, () => ours());
      await Promise.all(links.map((link) => store.create(link)));
      const ids = [...links.map((link) => link.urlId), newUuid(), links[0]!.urlId];
      const found = await store.findMany(workspaceId, ids);
      expect(found).toEqual(new Map(links.map((link) => [link.urlId, link])));
    });

    test('no ids give no links', async () => {
      expect(await store.findMany(workspaceId, [])).toEqual(new Map());
    });
  });

  describe('findSlug', () => {
    test('an unknown slug is free', async () => {
      expect(await store.findSlug(domainId, 'free', 0)).toBeUndefined();
    });

    test('a slug gives what a redirect needs and nothing else of the link', async () => {
      const link = ours({ title: 'not for redirects', passwordHash: '$argon2id$x' });
      await store.create(link);
      const slug = await store.findSlug(domainId, link.shortCode, link.createdAtMs);
      expect(slug).toMatchObject({ kind: 'link', link: { urlId: link.urlId, passwordHash: '$argon2id$x' } });
      expect(Object.keys((slug as { link: object }).link).sort()).toEqual(
        (
          'customQueryParams destinationUrl domain domainId expiresAtMs forwardQuery passClickId passwordHash ' +
          'redirectStatusCode routingRules shortCode space status tags urlId utm workspaceId'
        ).split(' '),
      );
    });
  });

  describe('large rules', () => {
    const rulesAt = async (shortCode: string) => {
      const slug = await store.findSlug(domainId, shortCode, 0);
      return slug?.kind === 'link' ? slug.link.routingRules : undefined;
    };

    test('come with the slug, from creation on and after each change', async () => {
      const link = ours({ shortCode: 'ruled', routingRules: largeRules('first') });
      await store.create(link);
      expect(await rulesAt('ruled')).toEqual(largeRules('first'));
      for (const routingRules of [largeRules('second'), largeRules('second'), largeRules('first'), []]) {
        const before = (await store.find(workspaceId, link.urlId))!;
        expect(await store.replace(before, { ...before, routingRules })).toBe('replaced');
        expect(await rulesAt('ruled')).toEqual(routingRules);
        expect((await store.find(workspaceId, link.urlId))?.routingRules).toEqual(routingRules);
      }
    });

    test('go with the link to its new slug and back', async () => {
      const link = ours({ shortCode: 'here', routingRules: largeRules('kept') });
      await store.create(link);
      for (const shortCode of ['there', 'here']) {
        const before = (await store.find(workspaceId, link.urlId))!;
        expect(await store.replace(before, { ...before, shortCode })).toBe('replaced');
        expect(await rulesAt(shortCode)).toEqual(largeRules('kept'));
      }
    });

    test('of 25 links made at once, each with its key and the quota, are all written', async () => {
      const creations = Array.from({ length: 25 }, (_, n) => {
        const link = ours({ shortCode: `ruled-${n}`, routingRules: largeRules(`link ${n}`) });
        const replay = { bodyHash: 'x', urlId: link.urlId, shortCode: link.shortCode, shortUrl: 'x' };
        return { link, key: { hash: `key ${n}`, replay } };
      });
      const outcomes = await store.createMany(creations, { workspaceId, month: '2026-11', links: 24 });
      expect(outcomes).toEqual([...Array(24).fill('created'), 'quota_exceeded']);
      expect(await rulesAt('ruled-23')).toEqual(largeRules('link 23'));
    });
  });

  describe('replace', () => {
    test('only one of two changes from the same version is written', async () => {
      const link = ours();
      await store.create(link);
      const outcomes = await Promise.all(
        ['one', 'two'].map((title) => store.replace(link, { ...link, title })),
      );
      expect(outcomes.sort()).toEqual(['changed', 'replaced']);
      expect((await store.find(workspaceId, link.urlId))?.version).toBe(2);
    });

    test('a link that is gone is not written again', async () => {
      const link = ours();
      await store.create(link);
      await store.remove(link, link.createdAtMs);
      expect(await store.replace(link, { ...link, title: 'x' })).toBe('changed');
      expect(await store.find(workspaceId, link.urlId)).toBeUndefined();
    });

    test('redirects see the change', async () => {
      const link = ours();
      await store.create(link);
      await store.replace(link, { ...link, destinationUrl: 'https://example.com/new' });
      expect(await store.findSlug(domainId, link.shortCode, 0)).toMatchObject({
        link: { destinationUrl: 'https://example.com/new' },
      });
    });

    test('a taken slug changes nothing', async () => {
      const link = ours({ shortCode: 'mine' });
      await Promise.all([store.create(link), store.create(ours({ shortCode: 'taken' }))]);
      expect(await store.replace(link, { ...link, shortCode: 'taken' })).toBe('slug_taken');
      expect(await store.find(workspaceId, link.urlId)).toEqual(link);
      expect(await store.findSlug(domainId, 'mine', link.createdAtMs)).toMatchObject({ kind: 'link' });
    });

    test('a new slug works at once and the old one is held', async () => {
      const link = ours({ shortCode: 'old' });
      await store.create(link);
      const updatedAtMs = link.createdAtMs + 5;
      expect(await store.replace(link, { ...link, shortCode: 'new', updatedAtMs })).toBe('replaced');
      expect(await store.findSlug(domainId, 'new', updatedAtMs)).toMatchObject({ kind: 'link' });
      expect(await store.findSlug(domainId, 'old', updatedAtMs)).toEqual({
        kind: 'tombstone',
        tombstone: { urlId: link.urlId, workspaceId, heldUntilMs: updatedAtMs + TOMBSTONE_MS },
      });
    });

    test('a slug that was given up is held for 30 days, to the millisecond', async () => {
      const link = ours({ shortCode: 'old' });
      await store.create(link);
      await store.replace(link, { ...link, shortCode: 'new' });
      const freeMs = link.updatedAtMs + TOMBSTONE_MS;
      expect(await store.create(ours({ shortCode: 'old', createdAtMs: freeMs - 1 }))).toBe('slug_taken');
      expect(await store.findSlug(domainId, 'old', freeMs)).toBeUndefined();
      expect(await store.create(ours({ shortCode: 'old', createdAtMs: freeMs }))).toBe('created');
    });

    test('the link that gave a slug up may take it back, another one may not', async () => {
      const link = ours({ shortCode: 'old' });
      const other = ours({ shortCode: 'other' });
      await Promise.all([store.create(link), store.create(other)]);
      await store.replace(link, { ...link, shortCode: 'new' });
      expect(await store.replace(other, { ...other, shortCode: 'old' })).toBe('slug_taken');
      const renamed = (await store.find(workspaceId, link.urlId))!;
      expect(await store.replace(renamed, { ...renamed, shortCode: 'old' })).toBe('replaced');
      expect(await store.findSlug(domainId, 'old', 0)).toMatchObject({ kind: 'link' });
      expect(await store.findSlug(domainId, 'new', link.createdAtMs)).toMatchObject({ kind: 'tombstone' });
    });
  });

  describe('remove', () => {
    test('a link that changed meanwhile is not removed', async () => {
      const link = ours();
      await store.create(link);
      await store.replace(link, { ...link, title: 'x' });
      expect(await store.remove(link, link.createdAtMs)).toBe('changed');
      expect(await store.find(workspaceId, link.urlId)).toBeDefined();
    });

    test('a removed link is gone and its slug is held', async () => {
      const link = ours();
      await store.create(link);
      expect(await store.remove(link, link.createdAtMs)).toBe('removed');
      expect(await store.remove(link, link.createdAtMs)).toBe('changed');
      expect(await store.find(workspaceId, link.urlId)).toBeUndefined();
      expect(await store.create(ours({ shortCode: link.shortCode }))).toBe('slug_taken');
    });
  });

  describe('page', () => {
    const create = async (count: number) => {
      const links = Array.from({ length: count }, () => ours());
      await store.createMany(links.map((link) => ({ link })));
      return links;
    };
    const walk = async (request: Omit<Parameters<LinkStore['page']>[0], 'workspaceId' | 'after'>) => {
      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const page = await store.page({ workspaceId, after, ...request });
        pages.push(page.links.map((link) => link.urlId));
        after = page.next;
      } while (after !== undefined);
      return pages;
    };

    test('a workspace without links has one empty page', async () => {
      expect(await store.page({ workspaceId, order: 'descending', limit: 10 })).toEqual({
        links: [],
        next: undefined,
      });
    });

    test('idempotency rows and links of others are no links', async () => {
      const link = ours();
      const replay = { bodyHash: '', urlId: link.urlId, shortCode: '', shortUrl: '' };
      await store.createMany([{ link, key: { hash: 'k', replay } }]);
      await store.create(aLink({ workspaceId: newUuid() }));
      expect(await walk({ order: 'descending', limit: 10 })).toEqual([[link.urlId]]);
      expect(await walk({ order: 'ascending', limit: 10 })).toEqual([[link.urlId]]);
    });

    test.each(['ascending', 'descending'] as const)(
      'pages in %s order hold each link once',
      async (order) => {
        const ids = (await create(7)).map((link) => link.urlId).sort();
        const expected = order === 'ascending' ? ids : ids.toReversed();
        expect(await walk({ order, limit: 3 })).toEqual([
          expected.slice(0, 3),
          expected.slice(3, 6),
          expected.slice(6),
        ]);
      },
    );

    test('a page that is exactly full has no next one', async () => {
      await create(3);
      expect((await store.page({ workspaceId, order: 'ascending', limit: 3 })).next).toBeUndefined();
    });

    test.each(['ascending', 'descending'] as const)(
      'a bound on creation holds in %s order',
      async (order) => {
        const links = [1_000, 2_000, 2_000, 3_000].map((ms, n) =>
          ours({ urlId: firstUuidAt(ms).replace(/0000$/, `000${n}`) }),
        );
        await store.createMany(links.map((link) => ({ link })));
        const ids = links.slice(0, 3).map((link) => link.urlId);
        const expected = order === 'ascending' ? ids : ids.toReversed();
        expect((await walk({ order, limit: 2, createdUntilMs: 2_000 })).flat()).toEqual(expected);
      },
    );

    test('a position beyond the bound leaves nothing in ascending and everything in descending order', async () => {
      const link = ours({ urlId: firstUuidAt(1_000) });
      await store.create(link);
      const beyond = { workspaceId, after: firstUuidAt(5_000), createdUntilMs: 2_000, limit: 5 };
      expect((await store.page({ ...beyond, order: 'ascending' })).links).toEqual([]);
      expect((await store.page({ ...beyond, order: 'descending' })).links).toEqual([link]);
    });
  });
});
