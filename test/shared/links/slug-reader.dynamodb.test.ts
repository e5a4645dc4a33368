import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { TOMBSTONE_MS } from '#shared/links/link-store.ts';
import { dynamodbSlugReader } from '#shared/links/slug-reader.dynamodb.ts';
import { aLink } from '#test/support/links.ts';
import { openTables } from '#test/support/resources.ts';

const client = dynamodbClient();
const database = documentClient(client);
const { links: table } = await openTables();
const store = dynamodbLinkStore(database, table);
const { findSlug } = dynamodbSlugReader(database, table);
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

test('a slug that was given up is a tombstone for its time', async () => {
  const link = aLink({ shortCode: 'given-up' });
  await store.create(link);
  await store.remove(link, NOW);
  expect(await findSlug(link.domainId, 'given-up', NOW)).toMatchObject({ kind: 'tombstone' });
  expect(await findSlug(link.domainId, 'given-up', NOW + TOMBSTONE_MS)).toBeUndefined();
});
