import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  ScanCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { newUuid } from '#shared/ids.ts';
import { createLinks, type LinkRequest } from '#shared/links/create-links.ts';
import { linkItem, slugItem } from '#shared/links/link-item.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { newSlug } from '#shared/links/slug.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aLink } from '#test/support/links.ts';
import { openTables, type Tables } from '#test/support/resources.ts';

const database = openDatabase();
let tables: Tables;
let workspaceId: string;

beforeAll(async () => {
  tables = await openTables();
});
beforeEach(() => {
  workspaceId = newUuid();
});

type Send = (command: object) => Promise<object>;

/** The database behind something that comes between it and the store. */
const through = (around: (command: object, send: Send) => Promise<object>): LinkStore => {
  const send: Send = (command) => database.send(command as never) as Promise<object>;
  const client = { send: (command: object) => around(command, send) } as unknown as DynamoDBDocumentClient;
  return dynamodbLinkStore(client, tables.links, tables.workspaces);
};

const conflict = () =>
  new TransactionCanceledException({
    message: 'conflict',
    $metadata: {},
    CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
  });

/** Fails the first transactions, before or after they have had their effect. */
const failing = (times: number, error: () => Error, after: boolean): LinkStore => {
  let left = times;
  return through(async (command, send) => {
    if (!(command instanceof TransactWriteCommand) || left === 0) return send(command);
    left -= 1;
    if (after) await send(command);
    throw error();
  });
};

const quota = () => ({ workspaceId, month: '2026-11', links: 1 });
const ours = () => aLink({ workspaceId });

describe('a transaction that conflicts', () => {
  test('is tried again', async () => {
    const store = failing(3, conflict, false);
    const link = ours();
    expect(await store.createMany([{ link }], quota())).toEqual(['created']);
    const after = { ...link, title: 'New', version: 2 };
    expect(await failing(3, conflict, false).replace(link, after)).toBe('replaced');
    expect(await failing(3, conflict, false).remove(after, Date.now())).toBe('removed');
  });

  test('counts once when it had happened all the same', async () => {
    const link = ours();
    expect(await failing(1, conflict, true).createMany([{ link }], quota())).toEqual(['created']);
    expect(await failing(0, conflict, true).createMany([{ link: ours() }], quota())).toEqual([
      'quota_exceeded',
    ]);
    const after = { ...link, title: 'New', version: 2 };
    expect(await failing(1, conflict, true).replace(link, after)).toBe('replaced');
    expect(await failing(1, conflict, true).remove(after, Date.now())).toBe('removed');
  });

  test('for ever ends in a refusal that may be retried, not in an accident', async () => {
    const link = ours();
    const unavailable = { code: 'unavailable', retryAfterSeconds: 1 };
    const store = failing(Number.POSITIVE_INFINITY, conflict, false);
    await expect(store.create(link)).rejects.toMatchObject(unavailable);
    await expect(store.remove(link, 0)).rejects.toMatchObject(unavailable);
    expect(await store.find(workspaceId, link.urlId)).toBeUndefined();
  }, 60_000);
});

test('another error is passed on', async () => {
  const store = failing(1, () => new Error('no network'), false);
  await expect(store.create(ours())).rejects.toThrow('no network');
});

test('keys that a batch leaves unprocessed are asked for again', async () => {
  const links = Array.from({ length: 5 }, ours);
  const plain = dynamodbLinkStore(database, tables.links);
  for (const link of links) await plain.create(link);
  let asked = 0;
  const store = through(async (command, send) => {
    if (!(command instanceof BatchGetCommand)) return send(command);
    asked += 1;
    const keys = command.input.RequestItems![tables.links]!.Keys!;
    // The second time nothing is processed at all, as when the table is throttled.
    const taken = asked === 2 ? 0 : 2;
    const left = { [tables.links]: { Keys: keys.slice(taken) } };
    if (taken === 0) return { Responses: {}, UnprocessedKeys: left };
    const RequestItems = { [tables.links]: { Keys: keys.slice(0, taken), ConsistentRead: true } };
    const answer = await send(new BatchGetCommand({ RequestItems }));
    return { ...answer, UnprocessedKeys: keys.length > taken ? left : {} };
  });
  const found = await store.findMany(
    workspaceId,
    links.map(({ urlId }) => urlId),
  );
  expect(found.size).toBe(5);
  expect(asked).toBe(4);
});

test('rows whose answer was lost are not made again', async () => {
  const requests = (): LinkRequest[] =>
    Array.from({ length: 25 }, (_, n) => ({
      link: ours(),
      slugIsGenerated: true,
      key: { hash: `${workspaceId} ${n}`, bodyHash: 'same' },
    }));
  const context = (store: LinkStore) => ({
    store,
    quota: { workspaceId, month: '2026-11', links: 25 },
    newSlug: () => newSlug(),
    shortOrigin: 'https://{domain}',
    nowMs: Date.now(),
  });
  for (const after of [false, true]) {
    const store = failing(1, () => new Error('crash'), after);
    await expect(createLinks(requests(), context(store))).rejects.toThrow('crash');
  }
  const plain = dynamodbLinkStore(database, tables.links, tables.workspaces);
  const results = await createLinks(requests(), context(plain));
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['replayed']));
  expect((await plain.page({ workspaceId, order: 'ascending', limit: 100 })).links).toHaveLength(25);
});

test('tombstones, idempotency rows and counters leave by themselves', async () => {
  const store = dynamodbLinkStore(database, tables.links, tables.workspaces);
  const link = ours();
  const replay = { bodyHash: '', urlId: link.urlId, shortCode: '', shortUrl: '' };
  await store.createMany([{ link, key: { hash: 'k', replay } }], quota());
  await store.remove(link, link.createdAtMs);
  const itemsOf = async (TableName: string) =>
    (await database.send(new ScanCommand({ TableName }))).Items!.filter(
      ({ pk, urlId }) => [pk, urlId].join().includes(workspaceId) || urlId === link.urlId,
    );
  const ttls = async (table: string) =>
    (await itemsOf(table)).map(({ ttl }) => ttl - link.createdAtMs / 1000);
  const days = [...(await ttls(tables.links)), ...(await ttls(tables.workspaces))].map((s) =>
    Math.round(s / 86_400),
  );
  expect(days.sort()).toEqual([1, 30, 32]);
});

describe('among thousands of links', () => {
  const COUNT = 2_000;

  /** Writes items in batches, as no caller of the store may. */
  const seed = async () => {
    const links = Array.from({ length: COUNT }, ours);
    const items = links.flatMap((link) => [linkItem(link), slugItem(link)]);
    for (let at = 0; at < items.length; at += 25) {
      const puts = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
      await database.send(new BatchWriteCommand({ RequestItems: { [tables.links]: puts } }));
    }
    return links;
  };

  test('listing, finding and creating take one read or write each', async () => {
    const links = await seed();
    const commands: string[] = [];
    const store = through((command, send) => {
      commands.push(command.constructor.name);
      return send(command);
    });
    const spent = () => commands.splice(0);
    const newest = await store.page({ workspaceId, order: 'descending', limit: 100 });
    expect(newest.links).toHaveLength(100);
    expect(spent()).toEqual(['QueryCommand']);
    await store.page({ workspaceId, order: 'descending', after: links[COUNT / 2]!.urlId, limit: 100 });
    expect(spent()).toEqual(['QueryCommand']);
    const { domainId, shortCode, urlId } = links[COUNT / 4]!;
    expect(await store.findSlug(domainId, shortCode, 0)).toMatchObject({ link: { urlId } });
    expect(await store.find(workspaceId, urlId)).toMatchObject({ shortCode });
    expect(spent()).toEqual(['GetCommand', 'GetCommand']);
    expect(await store.createMany([{ link: ours() }], { ...quota(), links: 5 })).toEqual(['created']);
    expect(spent()).toEqual(['TransactWriteCommand']);
  });
});
