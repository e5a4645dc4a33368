import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ClickKey, dayKey, linkDayKey, totalsKey } from '../clicks/click-keys.ts';
import type { RawClick } from '../clicks/read/click-reader.ts';
import { getMany } from '../dynamodb/get-many.dynamodb.ts';
import { rawPages } from '../dynamodb/raw-query.dynamodb.ts';
import { type Cell, inCountedNames } from './cell.ts';
import type { CellReader, DayCell } from './cell-reader.ts';

/** Roll-ups counter by counter, from the Clicks table. */
export function dynamodbCellReader(client: DynamoDBClient, table: string): CellReader {
  const partition = (pk: string) =>
    rawPages(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ConsistentRead: true,
    });
  const days = async (pk: string): Promise<DayCell[]> => {
    const items = (await Array.fromAsync(partition(pk))).flat();
    return items.map((item) => ({ day: item.sk!.S!, cell: cellFrom(item) }));
  };
  const some = async (
    urlIds: readonly string[],
    keyOf: (urlId: string) => ClickKey,
  ): Promise<Map<string, Cell>> => {
    const byPlace = new Map(urlIds.map((urlId) => [placeOf(keyOf(urlId)), urlId]));
    const items = await getMany(client, table, [...byPlace.values()].map(keyOf));
    return new Map(
      items.map((item) => [byPlace.get(placeOf({ pk: item.pk!.S!, sk: item.sk!.S! }))!, cellFrom(item)]),
    );
  };
  return {
    days: async (workspaceId, fromDay, toDay) =>
      (await days(dayKey(workspaceId, fromDay).pk)).filter(({ day }) => day >= fromDay && day <= toDay),
    links: async function* (workspaceId) {
      for await (const items of partition(totalsKey(workspaceId, '').pk)) {
        yield items.map((item) => ({ urlId: item.sk!.S!, cell: cellFrom(item) }));
      }
    },
    totals: (workspaceId, urlIds) => some(urlIds, (urlId) => totalsKey(workspaceId, urlId)),
    linkDays: (workspaceId, urlId) => days(linkDayKey(workspaceId, urlId, '').pk),
    linksOfDay: (workspaceId, day, urlIds) => some(urlIds, (urlId) => linkDayKey(workspaceId, urlId, day)),
  };
}

const placeOf = ({ pk, sk }: ClickKey): string => `${pk} ${sk}`;

/** The numbers of a roll-up item, which are all that it has beside its key, under the names that are counted today. */
export const cellFrom = (item: RawClick): Cell =>
  inCountedNames(
    Object.fromEntries(
      Object.entries(item).flatMap(([name, { N }]) => (N === undefined ? [] : [[name, Number(N)]])),
    ),
  );
