import {
  type DynamoDBClient,
  type Put,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { cancellationCodes, REFUSED, retryConflicts } from '#shared/dynamodb/refusals.ts';
import { newUuid } from '#shared/ids.ts';
import { retry } from '#shared/retry.ts';
import type { RawClick } from '../clicks/read/click-reader.ts';
import { getMany } from '../dynamodb/get-many.dynamodb.ts';
import { CONVERSION_COUNTERS } from './cell.ts';
import { cellKey } from './cell-key.ts';
import { cellFrom } from './cell-reader.dynamodb.ts';
import type { CellChange, CellKey } from './roll-up-store.ts';

/** Conversions count without moving the cursor, so what they count must still stand as it was read. */
const UNGUARDED = Object.values(CONVERSION_COUNTERS);

/** Those of the changes of a refused move that DynamoDB found too large, each or all together; mostly none. */
export function oversized(error: unknown, changes: readonly CellChange[]): CellKey[] {
  const together = (error as Error).name === 'ValidationException';
  // The first action of a move is the cursor's.
  const [, ...codes] = cancellationCodes(error) ?? [];
  return changes.filter((_, at) => together || codes[at] === 'ValidationError').map(({ key }) => key);
}

/**
 * Rewrites roll-ups under the names that are counted today, with whatever moves the cursor: an item that was filled
 * with names before those were ours takes counters again.
 * @throws TransactionCanceledException with the cursor's reason first
 */
export async function shrinkCells(
  client: DynamoDBClient,
  table: string,
  { workspaceId, keys, cursorMove }: { workspaceId: string; keys: CellKey[]; cursorMove: TransactWriteItem },
): Promise<void> {
  const attempt = async () => {
    const items = await getMany(
      client,
      table,
      keys.map((key) => cellKey(workspaceId, key)),
    );
    const transaction = new TransactWriteItemsCommand({
      ClientRequestToken: newUuid(),
      TransactItems: [cursorMove, ...items.map((item) => ({ Put: shrunken(table, item) }))],
    });
    await retryConflicts(() => client.send(transaction));
  };
  await retry(attempt, wasCountedMeanwhile);
}

const wasCountedMeanwhile = (error: unknown): boolean => {
  const [cursor, ...cells] = cancellationCodes(error) ?? [];
  return cursor !== REFUSED && cells.includes(REFUSED);
};

function shrunken(table: string, item: RawClick): Put {
  const counters = Object.entries(cellFrom(item)).map(([name, count]) => [name, { N: String(count) }]);
  return {
    TableName: table,
    Item: { pk: item.pk!, sk: item.sk!, ...Object.fromEntries(counters) },
    ...ifStill(item),
  };
}

/** That conversions have counted nothing since the item was read. */
function ifStill(item: RawClick): Omit<Put, 'TableName' | 'Item'> {
  const conditions = UNGUARDED.map((name, at) =>
    item[name] === undefined ? `attribute_not_exists(#${at})` : `#${at} = :${at}`,
  );
  const values = UNGUARDED.flatMap((name, at) => (item[name] ? [[`:${at}`, item[name]] as const] : []));
  return {
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(UNGUARDED.map((name, at) => [`#${at}`, name])),
    ...(values.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(values) } : {}),
  };
}
