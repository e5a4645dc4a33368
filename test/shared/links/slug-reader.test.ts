import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { countUnits } from '#bin/bench/count-units.ts';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { itemFinder } from '#shared/dynamodb/find-item.dynamodb.ts';
import { sdkCalls } from '#shared/dynamodb/sdk-calls.dynamodb.ts';
import { signedCalls } from '#shared/dynamodb/signed-calls.dynamodb.ts';
import { linkItem, slugItem } from '#shared/links/link-item.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { TOMBSTONE_MS } from '#shared/links/link-store.ts';
import { slugReader } from '#shared/links/slug-reader.ts';
import { Recent } from '#shared/redirects/recent.ts';
import { aLink, largeRules } from '#test/support/links.ts';
import { openTables } from '#test/support/resources.ts';

const client = dynamodbClient();
const database = documentClient(client);
const { links: table } = await openTables();
const store = dynamodbLinkStore(database, table);
const { findSlug } = slugReader(
  itemFinder(signedCalls({ timeoutMs: 5_000, attempts: 1, now: Date.now }), table),
);
const NOW = 1_780_000_000_000;

afterAll(() => client.destroy());

test('a slug that nobody has, or has on another domain only, or in another case, is not there', async () => {
  const link = aLink({ shortCode: 'spring' });
  await store.create(link);
  expect(await findSlug(link.domainId, 'autumn', NOW)).toBeUndefined();
  expect(await findSlug('another-domain', 'spring', NOW)).toBeUndefined();
  expect(await findSlug(link.domainId, 'Spring', NOW)).toBeUndefined();
});

test('it reads the same as the store of links', async () => {
  const link = aLink({ shortCode: 'same', tags: ['a'], customQueryParams: { ref: 'x' } });
  await store.create(link);
  const slug = await findSlug(link.domainId, 'same', NOW);
  expect(slug).toMatchObject({ kind: 'link', link: { urlId: link.urlId, tags: ['a'] } });
  expect(slug).toEqual(await store.findSlug(link.domainId, 'same', NOW));
});

test('a slug that was stored before links could forward queries forwards none', async () => {
  const { forwardQuery: _, ...item } = slugItem(aLink({ shortCode: 'older' }));
  await database.send(new PutCommand({ TableName: table, Item: item }));
  expect(await findSlug(aLink().domainId, 'older', NOW)).toMatchObject({ link: { forwardQuery: false } });
});

test('a slug that was given up is a tombstone for its time', async () => {
  const link = aLink({ shortCode: 'given-up' });
  await store.create(link);
  await store.remove(link, NOW);
  expect(await findSlug(link.domainId, 'given-up', NOW)).toMatchObject({ kind: 'tombstone' });
  expect(await findSlug(link.domainId, 'given-up', NOW + TOMBSTONE_MS)).toBeUndefined();
});

describe('large rules', () => {
  const counted = dynamodbClient();
  const read = countUnits(counted);
  const unitsOf = async (work: () => Promise<unknown>) => {
    const before = read.units;
    await work();
    return read.units - before;
  };
  afterAll(() => counted.destroy());

  test('are read once, and the slug for one unit from then on', async () => {
    const reader = slugReader(itemFinder(sdkCalls(counted), table), new Recent(10));
    const link = aLink({ shortCode: 'ruled', routingRules: largeRules('first') });
    await store.create(link);
    const find = () => reader.findSlug(link.domainId, 'ruled', NOW);
    expect(await unitsOf(find)).toBeGreaterThan(10);
    expect(await unitsOf(find)).toBe(1);
    await store.replace(link, { ...link, routingRules: largeRules('second') });
    expect(await find()).toMatchObject({ link: { routingRules: largeRules('second') } });
    expect(await unitsOf(find)).toBe(1);
  });

  test('that were given up are still there for who has read the slug before, and go within a day or two', async () => {
    const link = aLink({ shortCode: 'changing', routingRules: largeRules('old') });
    await store.create(link);
    await store.replace(link, { ...link, routingRules: [], updatedAtMs: NOW });
    const { Items = [] } = await database.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :rules)',
        ExpressionAttributeValues: { ':pk': `slug#${link.domainId}#changing`, ':rules': 'rules#' },
      }),
    );
    expect(Items).toMatchObject([{ rules: JSON.stringify(largeRules('old')), ttl: NOW / 1000 + 86_400 }]);
  });

  test('that were stored with their slug before are still found', async () => {
    const link = aLink({ shortCode: 'before', routingRules: largeRules('inline') });
    const { rulesId: _, ...item } = slugItem(link);
    await database.send(
      new PutCommand({ TableName: table, Item: { ...item, routingRules: link.routingRules } }),
    );
    expect(await findSlug(link.domainId, 'before', NOW)).toMatchObject({
      link: { routingRules: largeRules('inline') },
    });
  });

  test('that were stored with their slug before are found when something else of the link has changed', async () => {
    const link = aLink({ shortCode: 'before-change', routingRules: largeRules('inline') });
    await store.create({ ...link, routingRules: [] });
    const { rulesId: _, ...item } = slugItem(link);
    for (const Item of [linkItem(link), { ...item, routingRules: link.routingRules }]) {
      await database.send(new PutCommand({ TableName: table, Item }));
    }
    expect(await store.replace(link, { ...link, title: 'Spring' })).toBe('replaced');
    expect(await findSlug(link.domainId, 'before-change', NOW)).toMatchObject({
      link: { routingRules: largeRules('inline') },
    });
  });

  test('of a few kilobytes stand with the slug', async () => {
    const link = aLink({ shortCode: 'few', routingRules: largeRules('few').slice(0, 2) });
    expect(slugItem(link)).toMatchObject({ routingRules: link.routingRules });
    const more = { ...link, routingRules: largeRules('few').slice(0, 3) };
    expect(slugItem(more)).not.toHaveProperty('routingRules');
  });
});
