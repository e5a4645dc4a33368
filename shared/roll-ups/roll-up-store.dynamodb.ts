import {
  type DynamoDBClient,
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { cancellationCodes, REFUSED, retryConflicts } from '#shared/dynamodb/refusals.ts';
import { newUuid } from '#shared/ids.ts';
import { totalsKey } from '../clicks/click-keys.ts';
import { getMany } from '../dynamodb/get-many.dynamodb.ts';
import { FEED_START } from '../feed/feed.ts';
import { LAST_CLICKED, nonZero } from './cell.ts';
import { cellKey } from './cell-key.ts';
import type { CellChange, CursorMove, FeedCursor, RollUpStore } from './roll-up-store.ts';
import { oversized, shrinkCells } from './shrink-cells.dynamodb.ts';

type Tables = { clicks: string; workspaces: string };

/** Roll-ups in the Clicks table; the feed cursor stands beside the workspace's profile. */
export const dynamodbRollUpStore = (client: DynamoDBClient, tables: Tables): RollUpStore => ({
  findCursor: (workspaceId) => findCursor(client, tables.workspaces, workspaceId),
  move: (move) => moveCursor(client, tables, move),
  lastClicked: async (workspaceId, urlIds) => {
    const keys = urlIds.map((urlId) => totalsKey(workspaceId, urlId));
    const items = await getMany(client, tables.clicks, keys);
    return new Map(
      items.flatMap((item) => {
        const last = item[LAST_CLICKED]?.N;
        return last === undefined ? [] : [[item.sk!.S!, Number(last)]];
      }),
    );
  },
});

const cursorKey = (workspaceId: string) => ({
  pk: { S: `workspace#${workspaceId}` },
  sk: { S: 'feed-cursor' },
});

async function findCursor(client: DynamoDBClient, table: string, workspaceId: string): Promise<FeedCursor> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: cursorKey(workspaceId), ConsistentRead: true }),
  );
  if (Item === undefined) return { position: FEED_START, version: 0 };
  return { position: [Number(Item.availableAt!.N), Item.clickId!.S!], version: Number(Item.version!.N) };
}

async function moveCursor(
  client: DynamoDBClient,
  tables: Tables,
  move: CursorMove,
): Promise<'done' | 'moved'> {
  try {
    await writeOrShrink(client, tables, move);
    return 'done';
  } catch (error) {
    if (cancellationCodes(error)?.[0] === REFUSED) return 'moved';
    throw error;
  }
}

/** Once more when items were full, of names that are not counted any more. */
async function writeOrShrink(client: DynamoDBClient, tables: Tables, move: CursorMove): Promise<void> {
  try {
    await writeMove(client, tables, move);
  } catch (error) {
    const keys = oversized(error, move.changes);
    if (keys.length === 0) throw error;
    const { workspaceId, from } = move;
    const cursorMove = cursorPut(tables.workspaces, workspaceId, from, from.position);
    await shrinkCells(client, tables.clicks, { workspaceId, keys, cursorMove });
    await writeMove(client, tables, { ...move, from: { ...from, version: from.version + 1 } });
  }
}

/** Retried while it conflicts with conversions that count at the same links; one token, so that it counts once. */
async function writeMove(
  client: DynamoDBClient,
  tables: Tables,
  { workspaceId, from, to, changes }: CursorMove,
): Promise<void> {
  const transaction = new TransactWriteItemsCommand({
    ClientRequestToken: newUuid(),
    TransactItems: [
      cursorPut(tables.workspaces, workspaceId, from, to),
      ...changes.map((change) => cellWrite(tables.clicks, workspaceId, change)),
    ],
  });
  await retryConflicts(() => client.send(transaction));
}

const cursorPut = (
  table: string,
  workspaceId: string,
  { version }: FeedCursor,
  [availableAtMs, clickId]: CursorMove['to'],
): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: {
      ...cursorKey(workspaceId),
      availableAt: { N: String(availableAtMs) },
      clickId: { S: clickId },
      version: { N: String(version + 1) },
    },
    ...(version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': { N: String(version) } },
        }),
  },
});

function cellWrite(table: string, workspaceId: string, change: CellChange): TransactWriteItem {
  const { pk, sk } = cellKey(workspaceId, change.key);
  const target = { TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } };
  if ('remove' in change) return { Delete: target };
  const counters = Object.entries(nonZero(change.add));
  const last = change.lastClickedAtMs;
  const adds = counters.map((_, at) => `#${at} :${at}`).join(', ');
  const expression = [adds && `ADD ${adds}`, last === undefined ? '' : 'SET #last = :last'];
  const names = counters.map(([name], at) => [`#${at}`, name]);
  const values = counters.map(([, count], at) => [`:${at}`, { N: String(count) }]);
  return {
    Update: {
      ...target,
      UpdateExpression: expression.join(' ').trim(),
      ExpressionAttributeNames: Object.fromEntries(
        last === undefined ? names : [...names, ['#last', LAST_CLICKED]],
      ),
      ExpressionAttributeValues: Object.fromEntries(
        last === undefined ? values : [...values, [':last', { N: String(last) }]],
      ),
    },
  };
}
