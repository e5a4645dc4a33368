import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { cancellationCodes } from '#shared/retry.ts';
import { KEPT_UNTIL } from './cell.ts';
import type { RecordedClick } from './click.ts';
import { clickFrom, clickItem } from './click-item.ts';
import { type ClickKey, clickKey, dayKey, lateKey } from './click-keys.ts';
import type { RawClick } from './click-reader.ts';
import type { ClickStore, RecordOptions } from './click-store.ts';
import { getMany } from './get-many.dynamodb.ts';

const IF_ABSENT = 'attribute_not_exists(pk)';

/**
 * Recorded clicks in DynamoDB, in the Clicks table.
 * @param client  one that tries once (`maxAttempts: 1`): a later attempt would carry the first one's time of recording
 */
export const dynamodbClickStore = (client: DynamoDBClient, table: string): ClickStore => ({
  openDay: (workspaceId, day, keptUntilSeconds) =>
    openDay(client, table, dayKey(workspaceId, day), keptUntilSeconds),
  record: (click, options) =>
    click.late ? putLate(client, table, click, options) : putOnTime(client, table, click, options),
  find: async (workspaceId, clickId) => {
    const [item] = await getMany(client, table, [clickKey(workspaceId, clickId)]);
    return item && clickFrom(item);
  },
});

/** An update, because the day's counters stand in the same item. */
async function openDay(
  client: DynamoDBClient,
  table: string,
  key: ClickKey,
  keptUntilSeconds: number,
): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: keyItem(key),
    UpdateExpression: 'SET #kept = :kept',
    ConditionExpression: 'attribute_not_exists(#kept) OR #kept > :kept',
    ExpressionAttributeNames: { '#kept': KEPT_UNTIL },
    ExpressionAttributeValues: { ':kept': { N: String(keptUntilSeconds) } },
  });
  await client.send(update).catch(unlessAlreadyThere);
}

async function putOnTime(
  client: DynamoDBClient,
  table: string,
  click: RecordedClick,
  { ttlSeconds, ...until }: RecordOptions,
): Promise<'recorded' | 'already_there'> {
  const put = new PutItemCommand({
    TableName: table,
    Item: clickItem(click, click.recordedAtMs, false, ttlSeconds),
    ConditionExpression: IF_ABSENT,
  });
  const sent = client.send(put, { abortSignal: givenUp(until) });
  return sent.then(() => 'recorded', unlessAlreadyThere);
}

async function putLate(
  client: DynamoDBClient,
  table: string,
  click: RecordedClick,
  { ttlSeconds, ...until }: RecordOptions,
): Promise<'recorded' | 'already_there'> {
  const item = clickItem(click, click.recordedAtMs, true, ttlSeconds);
  const entry = keyItem(lateKey(click.workspaceId, click.recordedAtMs, click.clickId));
  const transaction = new TransactWriteItemsCommand({
    TransactItems: [
      { Put: { TableName: table, Item: item, ConditionExpression: IF_ABSENT } },
      { Put: { TableName: table, Item: { ...entry, ttl: item.ttl! } } },
    ],
  });
  const sent = client.send(transaction, { abortSignal: givenUp(until) });
  return sent.then(() => 'recorded', unlessAlreadyThere);
}

const givenUp = ({ abortMs, signal }: Omit<RecordOptions, 'ttlSeconds'>): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(abortMs), ...(signal ? [signal] : [])]);

const keyItem = ({ pk, sk }: ClickKey): RawClick => ({ pk: { S: pk }, sk: { S: sk } });

/** A failed condition means that the item is there; any other failure is one. */
function unlessAlreadyThere(error: unknown): 'already_there' {
  if (error instanceof ConditionalCheckFailedException) return 'already_there';
  if (cancellationCodes(error as TransactionCanceledException)?.[0] === 'ConditionalCheckFailed')
    return 'already_there';
  throw error;
}
