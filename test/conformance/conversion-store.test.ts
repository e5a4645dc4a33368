import { ulid } from 'ulid';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { dynamodbTotalsReader } from '#shared/clicks/totals.dynamodb.ts';
import type { TotalsReader } from '#shared/clicks/totals.ts';
import type { LinkConversion } from '#shared/conversions/conversion.ts';
import { dynamodbConversionStore } from '#shared/conversions/conversion-store.dynamodb.ts';
import { type ConversionStore, KEY_MS } from '#shared/conversions/conversion-store.ts';
import { newUuid } from '#shared/ids.ts';
import { MemoryClicks, memoryTotalsReader } from '#test/support/memory/click-store.ts';
import { memoryConversionStore } from '#test/support/memory/conversion-store.ts';
import { openTables } from '#test/support/resources.ts';

type Stores = { conversions: ConversionStore; totals: TotalsReader };

const inMemory = async (): Promise<Stores> => {
  const memory = new MemoryClicks();
  return { conversions: memoryConversionStore(memory), totals: memoryTotalsReader(memory) };
};
const onDynamoDb = async (): Promise<Stores> => {
  const { clicks } = await openTables();
  const client = dynamodbClient();
  return {
    conversions: dynamodbConversionStore(client, documentClient(client), clicks),
    totals: dynamodbTotalsReader(client, clicks),
  };
};

const NOW_MS = Date.UTC(2026, 3, 12);
const KEY = { keyHash: 'key', bodyHash: 'body' };

describe.each([
  ['in memory', inMemory],
  ['on DynamoDB', onDynamoDb],
])('the conversion store %s', (_where, open) => {
  let stores: Stores;
  let workspaceId: string;
  let urlId: string;
  let events = 0;

  const conversion = (members: Partial<LinkConversion> = {}): LinkConversion => {
    events += 1;
    return {
      workspaceId,
      urlId,
      eventId: `event ${events}`,
      eventName: 'install',
      eventAtMs: NOW_MS - 5_000,
      clickId: ulid(NOW_MS),
      externalId: 'customer 1',
      orderId: null,
      value: 99.5,
      currency: 'EUR',
      receivedAtMs: NOW_MS,
      ...members,
    };
  };
  const counted = async () => {
    const totals = await stores.totals.find(workspaceId, urlId);
    return [totals?.installs ?? 0, totals?.returningUsers ?? 0, totals?.attributedClicks ?? 0];
  };
  const all = async () => (await Array.fromAsync(stores.conversions.read(workspaceId))).flat();

  beforeAll(async () => {
    stores = await open();
  });
  beforeEach(() => {
    workspaceId = newUuid();
    urlId = newUuid();
  });

  test('a key that was used records nothing more', async () => {
    expect(await stores.conversions.record(conversion(), KEY)).toBe('recorded');
    expect(await stores.conversions.record(conversion(), KEY)).toBe('key_used');
    expect(await counted()).toEqual([1, 0, 1]);
    expect(await all()).toHaveLength(1);
  });

  test('an event that is recorded is not recorded again, with another key or without one', async () => {
    const once = conversion();
    expect(await stores.conversions.record(once, undefined)).toBe('recorded');
    expect(await stores.conversions.record({ ...once, value: 5 }, undefined)).toBe('duplicate');
    expect(await stores.conversions.record(once, KEY)).toBe('duplicate');
    expect(await stores.conversions.findKey(workspaceId, 'key', NOW_MS)).toBeUndefined();
    expect(await counted()).toEqual([1, 0, 1]);
    expect(await all()).toEqual([once]);
  });

  test('a key of another workspace is not found', async () => {
    await stores.conversions.record(conversion(), KEY);
    expect(await stores.conversions.findKey(newUuid(), 'key', NOW_MS)).toBeUndefined();
  });

  test('a key is honoured for a day and free again after it', async () => {
    const first = conversion();
    await stores.conversions.record(first, KEY);
    const answer = { eventId: first.eventId, duplicate: false };
    expect(await stores.conversions.findKey(workspaceId, 'key', NOW_MS + KEY_MS - 1)).toEqual({
      ...KEY,
      answer,
    });
    expect(await stores.conversions.findKey(workspaceId, 'key', NOW_MS + KEY_MS)).toBeUndefined();
    const later = conversion({ receivedAtMs: NOW_MS + KEY_MS });
    expect(await stores.conversions.record(later, KEY)).toBe('recorded');
  });

  test('the answer of a duplicate is kept under its own key, once', async () => {
    const answer = { eventId: 'event', duplicate: true };
    expect(await stores.conversions.keepKey(workspaceId, KEY, answer, NOW_MS)).toBe('kept');
    expect(await stores.conversions.keepKey(workspaceId, KEY, answer, NOW_MS + 1)).toBe('key_used');
    expect((await stores.conversions.findKey(workspaceId, 'key', NOW_MS))?.answer).toEqual(answer);
  });

  test('installs and opens count once an event, their click once however many name it', async () => {
    const clickId = ulid(NOW_MS);
    await stores.conversions.record(conversion({ clickId }), undefined);
    await stores.conversions.record(conversion({ clickId, eventName: 'open' }), undefined);
    await stores.conversions.record(conversion({ clickId, eventName: 'open' }), undefined);
    await stores.conversions.record(conversion(), undefined);
    expect(await counted()).toEqual([2, 2, 2]);
  });

  test('a sale counts nothing at its link', async () => {
    await stores.conversions.record(conversion({ eventName: 'sale' }), undefined);
    expect(await stores.totals.find(workspaceId, urlId)).toBeUndefined();
  });

  test('of ten requests at once with one event one is recorded and counted', async () => {
    const same = conversion();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => stores.conversions.record(same, undefined).catch(() => 'conflict')),
    );
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
    expect(await counted()).toEqual([1, 0, 1]);
  });

  test('ten different events of one click at once attribute it once', async () => {
    const clickId = ulid(NOW_MS);
    await Promise.all(
      Array.from({ length: 10 }, () => stores.conversions.record(conversion({ clickId }), undefined)),
    );
    expect(await counted()).toEqual([10, 0, 1]);
  });

  test('removed conversions are gone, and their ids are free', async () => {
    const some = Array.from({ length: 30 }, () => conversion());
    for (const one of some) await stores.conversions.record(one, undefined);
    await stores.conversions.remove(workspaceId, some.slice(1));
    expect(await all()).toEqual([some[0]]);
    expect(await stores.conversions.record(some[1]!, undefined)).toBe('recorded');
  });
});
