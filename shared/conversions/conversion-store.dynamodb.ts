import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { CONVERSION_COUNTERS } from '#shared/clicks/cell.ts';
import { type ClickKey, totalsKey } from '#shared/clicks/click-keys.ts';
import { deleteAll } from '#shared/clicks/delete-all.dynamodb.ts';
import { cancellationCodes, retryConflicts } from '#shared/retry.ts';
import { newUuid } from '../ids.ts';
import { isAttribution, type LinkConversion } from './conversion.ts';
import {
  type ConversionAnswer,
  type ConversionStore,
  type IdempotencyKey,
  KEY_MS,
} from './conversion-store.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const eventKey = (workspaceId: string, eventId: string): ClickKey => ({
  pk: `conversion#${workspaceId}`,
  sk: eventId,
});
/** Keys and attributed clicks have partitions of their own: an event may have any id. */
const idempotencyKey = (workspaceId: string, keyHash: string): ClickKey => ({
  pk: `conversion-keys#${workspaceId}`,
  sk: keyHash,
});
const attributedKey = (workspaceId: string, clickId: string): ClickKey => ({
  pk: `attributed#${workspaceId}`,
  sk: clickId,
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
  record: (conversion, key) => record(database, table, conversion, key),
  keepKey: async (workspaceId, key, answer, nowMs) => {
    try {
      await database.send(new PutCommand(keyPut(table, workspaceId, key, answer, nowMs)));
      return 'kept';
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return 'key_used';
      throw error;
    }
  },
  read: (workspaceId) => read(database, table, workspaceId),
  remove: async (workspaceId, conversions) => {
    const clickIds = [...new Set(conversions.map(({ clickId }) => clickId))];
    await deleteAll(client, table, [
      ...clickIds.map((clickId) => attributedKey(workspaceId, clickId)),
      ...conversions.map(({ eventId }) => eventKey(workspaceId, eventId)),
    ]);
  },
});

/**
 * Whether the click is attributed already is found out by trying: most clicks convert once. Each attempt is a
 * transaction of its own, so none of them counts anything that another one counted.
 */
async function record(
  database: DynamoDBDocumentClient,
  table: string,
  conversion: LinkConversion,
  key: IdempotencyKey | undefined,
): Promise<'recorded' | 'duplicate' | 'key_used'> {
  for (let attributes = isAttribution(conversion); ; attributes = false) {
    const writes = writesOf(table, conversion, key, attributes);
    const failed = await write(database, writes);
    if (failed === undefined) return 'recorded';
    if (failed.has('key')) return 'key_used';
    if (failed.has('event')) return 'duplicate';
  }
}

type Part = 'key' | 'event' | 'attributed' | 'totals';

function writesOf(
  table: string,
  conversion: LinkConversion,
  key: IdempotencyKey | undefined,
  attributes: boolean,
): Map<Part, Write> {
  const { workspaceId, eventId, clickId, receivedAtMs } = conversion;
  const answer = { eventId, duplicate: false };
  const Item = { ...eventKey(workspaceId, eventId), ...conversion };
  const writes = new Map<Part, Write>([
    ['event', { Put: { TableName: table, Item, ConditionExpression: IF_ABSENT } }],
  ]);
  if (key) writes.set('key', { Put: keyPut(table, workspaceId, key, answer, receivedAtMs) });
  if (attributes) {
    const marker = { ...attributedKey(workspaceId, clickId), urlId: conversion.urlId };
    writes.set('attributed', { Put: { TableName: table, Item: marker, ConditionExpression: IF_ABSENT } });
  }
  if (isAttribution(conversion))
    writes.set('totals', { Update: totalsUpdate(table, conversion, attributes) });
  return writes;
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

function totalsUpdate(table: string, conversion: LinkConversion, attributes: boolean) {
  const { workspaceId, urlId, eventName } = conversion;
  return {
    TableName: table,
    Key: totalsKey(workspaceId, urlId),
    UpdateExpression: attributes ? 'ADD #event :one, #attributed :one' : 'ADD #event :one',
    ExpressionAttributeNames: {
      '#event': CONVERSION_COUNTERS[eventName as 'install' | 'open'],
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
  const command = { TransactItems: [...writes.values()], ClientRequestToken: newUuid() };
  try {
    await retryConflicts(() => database.send(new TransactWriteCommand(command)));
    return undefined;
  } catch (error) {
    const codes = cancellationCodes(error) ?? [];
    const failed = [...writes.keys()].filter((_, at) => codes[at] === 'ConditionalCheckFailed');
    if (failed.length === 0) throw error;
    return new Set(failed);
  }
}

async function* read(
  database: DynamoDBDocumentClient,
  table: string,
  workspaceId: string,
): AsyncGenerator<LinkConversion[], void, undefined> {
  const pages = paginateQuery(
    { client: database },
    {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': eventKey(workspaceId, '').pk },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    yield Items.map(({ pk, sk, ...conversion }) => conversion as LinkConversion);
  }
}
