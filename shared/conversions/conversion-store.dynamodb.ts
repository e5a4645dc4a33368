import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type ClickKey, clickKey, totalsKey } from '#shared/clicks/click-keys.ts';
import { deleteAll } from '#shared/dynamodb/delete-all.dynamodb.ts';
import { queryPages } from '#shared/dynamodb/query-pages.dynamodb.ts';
import { isRefused, REFUSED } from '#shared/dynamodb/refusals.ts';
import { transact, type Write } from '#shared/dynamodb/transact.dynamodb.ts';
import { CONVERSION_COUNTERS } from '#shared/roll-ups/cell.ts';
import { type Attribution, isAttribution, type RecordedConversion } from './conversion.ts';
import {
  type ConversionAnswer,
  type ConversionStore,
  type IdempotencyKey,
  KEY_MS,
  type RecordOutcome,
  type RecordWith,
  type Sighting,
} from './conversion-store.ts';

const eventKey = (workspaceId: string, eventId: string): ClickKey => ({
  pk: `conversion#${workspaceId}`,
  sk: eventId,
});
/** All others have partitions of their own: an event may have any id. */
const idempotencyKey = (workspaceId: string, keyHash: string): ClickKey => ({
  pk: `conversion-keys#${workspaceId}`,
  sk: keyHash,
});
const attributedKey = (workspaceId: string, clickId: string): ClickKey => ({
  pk: `attributed#${workspaceId}`,
  sk: clickId,
});

const sightingKey = (workspaceId: string, externalHash: string): ClickKey => ({
  pk: `external-ids#${workspaceId}`,
  sk: externalHash,
});

const IF_ABSENT = 'attribute_not_exists(pk)';

/**
 * Conversions in DynamoDB, in the Clicks table.
 * @param client  the same client as `database` is made of
 */
export const dynamodbConversionStore = (
  client: DynamoDBClient,
  database: DynamoDBDocumentClient,
  table: string,
): ConversionStore => ({
  findKey: async (workspaceId, keyHash, nowMs) => {
    const Key = idempotencyKey(workspaceId, keyHash);
    const { Item } = await database.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
    // DynamoDB deletes expired items when it gets to it.
    if (Item === undefined || Item.ttl * 1_000 <= nowMs) return undefined;
    const { bodyHash, eventId, duplicate } = Item;
    return { keyHash, bodyHash, answer: { eventId, duplicate } };
  },
  record: (conversion, along) => record(database, table, conversion, along),
  keepKey: async (workspaceId, key, answer, nowMs) => {
    try {
      await database.send(new PutCommand(keyPut(table, workspaceId, key, answer, nowMs)));
      return 'kept';
    } catch (error) {
      if (isRefused(error)) return 'key_used';
      throw error;
    }
  },
  findSighting: async (workspaceId, externalHash, nowMs) => {
    const Key = sightingKey(workspaceId, externalHash);
    const { Item } = await database.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item === undefined || Item.ttl * 1_000 <= nowMs ? undefined : sightingFrom(Item);
  },
  read: async function* (workspaceId) {
    for await (const items of partition(database, table, eventKey(workspaceId, '').pk)) {
      yield items.map(({ pk, sk, externalId, ...conversion }) => conversion as RecordedConversion);
    }
  },
  readSightings: async function* (workspaceId) {
    for await (const items of partition(database, table, sightingKey(workspaceId, '').pk)) {
      yield items.map(sightingFrom);
    }
  },
  remove: async (workspaceId, conversions) => {
    const clickIds = new Set(conversions.flatMap(({ clickId }) => clickId ?? []));
    await deleteAll(client, table, [
      ...[...clickIds].map((clickId) => attributedKey(workspaceId, clickId)),
      ...conversions.map(({ eventId }) => eventKey(workspaceId, eventId)),
    ]);
  },
  forgetExternalIds: (workspaceId) => forgetExternalIds(database, table, eventKey(workspaceId, '').pk),
  removeSightings: (workspaceId, sightings) =>
    deleteAll(
      client,
      table,
      sightings.map(({ externalHash }) => sightingKey(workspaceId, externalHash)),
    ),
});

const sightingFrom = ({ sk, clickId, urlId, ttl }: Record<string, unknown>): Sighting =>
  ({ externalHash: sk, clickId, urlId, ttlSeconds: ttl }) as Sighting;

/**
 * Whether the click is attributed already, and whether a later one was seen, is found out by trying: most clicks
 * convert once. Each attempt is a transaction of its own, so none of them counts anything that another one counted.
 */
async function record(
  database: DynamoDBDocumentClient,
  table: string,
  conversion: RecordedConversion,
  along: RecordWith,
): Promise<RecordOutcome> {
  const writes = writesOf(table, conversion, along);
  for (;;) {
    const failed = await write(database, writes);
    if (failed === undefined) return 'recorded';
    if (failed.has('key')) return 'key_used';
    if (failed.has('event')) return 'duplicate';
    if (failed.has('click')) return 'click_gone';
    if (failed.has('sighting')) writes.delete('sighting');
    if (failed.has('attributed') && isAttribution(conversion)) {
      writes.delete('attributed');
      writes.set('totals', { Update: totalsUpdate(table, conversion, false) });
    }
  }
}

type Part = 'key' | 'event' | 'click' | 'attributed' | 'sighting' | 'totals';

function writesOf(
  table: string,
  conversion: RecordedConversion,
  { key, sighting }: RecordWith,
): Map<Part, Write> {
  const { workspaceId, eventId, clickId, receivedAtMs } = conversion;
  const answer = { eventId, duplicate: false };
  const Item = { ...eventKey(workspaceId, eventId), ...conversion };
  const writes = new Map<Part, Write>([
    ['event', { Put: { TableName: table, Item, ConditionExpression: IF_ABSENT } }],
  ]);
  if (key) writes.set('key', { Put: keyPut(table, workspaceId, key, answer, receivedAtMs) });
  if (clickId !== null) writes.set('click', { ConditionCheck: clickCheck(table, workspaceId, clickId) });
  if (sighting) writes.set('sighting', { Put: sightingPut(table, workspaceId, sighting, receivedAtMs) });
  if (isAttribution(conversion)) {
    const marker = { ...attributedKey(workspaceId, conversion.clickId), urlId: conversion.urlId };
    writes.set('attributed', { Put: { TableName: table, Item: marker, ConditionExpression: IF_ABSENT } });
    writes.set('totals', { Update: totalsUpdate(table, conversion, true) });
  }
  return writes;
}

const clickCheck = (table: string, workspaceId: string, clickId: string) => ({
  TableName: table,
  Key: clickKey(workspaceId, clickId),
  ConditionExpression: 'attribute_exists(pk)',
});

/** The latest click stays, in whatever order they are told of: ids sort by time. */
function sightingPut(
  table: string,
  workspaceId: string,
  { externalHash, clickId, urlId, ttlSeconds }: Sighting,
  nowMs: number,
) {
  return {
    TableName: table,
    Item: { ...sightingKey(workspaceId, externalHash), clickId, urlId, ttl: ttlSeconds },
    ConditionExpression: `${IF_ABSENT} OR clickId < :clickId OR #ttl <= :now`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':clickId': clickId, ':now': Math.floor(nowMs / 1_000) },
  };
}

function keyPut(
  table: string,
  workspaceId: string,
  { keyHash, bodyHash }: IdempotencyKey,
  answer: ConversionAnswer,
  nowMs: number,
) {
  const nowSeconds = Math.floor(nowMs / 1_000);
  const ttl = nowSeconds + KEY_MS / 1_000;
  return {
    TableName: table,
    Item: { ...idempotencyKey(workspaceId, keyHash), bodyHash, ...answer, ttl },
    ConditionExpression: `${IF_ABSENT} OR #ttl <= :now`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':now': nowSeconds },
  };
}

function totalsUpdate(table: string, conversion: Attribution, attributes: boolean) {
  const { workspaceId, urlId, eventName } = conversion;
  return {
    TableName: table,
    Key: totalsKey(workspaceId, urlId),
    UpdateExpression: attributes ? 'ADD #event :one, #attributed :one' : 'ADD #event :one',
    ExpressionAttributeNames: {
      '#event': CONVERSION_COUNTERS[eventName],
      ...(attributes ? { '#attributed': CONVERSION_COUNTERS.attributed } : {}),
    },
    ExpressionAttributeValues: { ':one': 1 },
  };
}

/** One transaction; the parts whose conditions failed, undefined when all is written. */
async function write(
  database: DynamoDBDocumentClient,
  writes: Map<Part, Write>,
): Promise<Set<Part> | undefined> {
  const codes = await transact(database, [...writes.values()]);
  return codes.length === 0
    ? undefined
    : new Set([...writes.keys()].filter((_, at) => codes[at] === REFUSED));
}

async function* partition(
  database: DynamoDBDocumentClient,
  table: string,
  pk: string,
): AsyncGenerator<Record<string, unknown>[], void, undefined> {
  const pages = queryPages(database, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  });
  for await (const { items } of pages) yield items;
}

async function forgetExternalIds(
  database: DynamoDBDocumentClient,
  table: string,
  pk: string,
): Promise<number> {
  let forgotten = 0;
  for await (const items of partition(database, table, pk)) {
    const known = items.filter(({ externalId }) => externalId !== undefined);
    for (const { sk } of known) {
      const update = {
        TableName: table,
        Key: { pk, sk },
        UpdateExpression: 'REMOVE externalId',
        ConditionExpression: 'attribute_exists(externalId)',
      };
      await database.send(new UpdateCommand(update)).catch(unlessGone);
    }
    forgotten += known.length;
  }
  return forgotten;
}

/** An erasure took the conversion meanwhile. */
function unlessGone(error: unknown): void {
  if (!isRefused(error)) throw error;
}
