import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { retry } from '#shared/retry.ts';
import type { ItemKey } from './call-items.ts';

type Item = Record<string, AttributeValue>;

/** BatchGetItem takes this many keys. */
const BATCH_KEYS = 100;

/** Those of the items that exist, in any order, read strongly. No key may be given twice. */
export async function getMany(
  client: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
  signal?: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let left = keys.map(({ pk, sk }): Item => ({ pk: { S: pk }, sk: { S: sk } }));
  while (left.length > 0) {
    const { found, unprocessed } = await retry(
      () => getBatch(client, table, left.slice(0, BATCH_KEYS), signal),
      (error) => error instanceof NothingProcessed,
    );
    items.push(...found);
    left = [...unprocessed, ...left.slice(BATCH_KEYS)];
  }
  return items;
}

/** DynamoDB may leave keys for another time, all of them when it throttles; it says so without an error of its own. */
class NothingProcessed extends Error {
  override name = 'ThrottlingException';
}

async function getBatch(
  client: DynamoDBClient,
  table: string,
  keys: Item[],
  signal: AbortSignal | undefined,
) {
  const { Responses, UnprocessedKeys } = await client.send(
    new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
    signal && { abortSignal: signal },
  );
  const unprocessed = (UnprocessedKeys?.[table]?.Keys ?? []) as Item[];
  if (unprocessed.length === keys.length)
    throw new NothingProcessed(`${table} processes none of ${keys.length} keys`);
  return { found: Responses?.[table] ?? [], unprocessed };
}
