import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { retry } from '#shared/retry.ts';
import type { ItemKey } from './call-items.ts';

/** BatchWriteItem takes this many. */
const DELETES_AT_ONCE = 25;

/** Deletes items, whether they exist or not; what DynamoDB leaves for another time is sent again. */
export async function deleteAll(
  client: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
): Promise<void> {
  for (let at = 0; at < keys.length; at += DELETES_AT_ONCE) {
    let left = keys.slice(at, at + DELETES_AT_ONCE).map(({ pk, sk }) => {
      const Key: Record<string, AttributeValue> = { pk: { S: pk }, sk: { S: sk } };
      return { DeleteRequest: { Key } };
    });
    const send = async (): Promise<void> => {
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
      left = (answer.UnprocessedItems?.[table] ?? []) as typeof left;
      if (left.length > 0) throw new Unprocessed(`${table} leaves ${left.length} deletes unprocessed`);
    };
    await retry(send, (error) => error instanceof Unprocessed);
  }
}

/** DynamoDB leaves deletes for another time when it throttles; it says so without an error of its own. */
class Unprocessed extends Error {
  override name = 'ThrottlingException';
}
