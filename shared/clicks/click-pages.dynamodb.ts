import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clickKey, clicksLane, dayKey, lateLane } from './click-keys.ts';
import type { ClickPages, LateEntry, SortRange } from './click-pages.ts';
import { getMany } from './get-many.dynamodb.ts';
import { rawPages } from './raw-query.dynamodb.ts';

type Item = Record<string, AttributeValue>;

/**
 * Items a page. Up to sixteen lanes are read at once with a page ahead each, so this bounds a reader's memory; the
 * 1 MB that a query may answer would be some 2,500 clicks.
 */
const PAGE_ITEMS = 500;

/** Lanes of clicks in DynamoDB, in the Clicks table. */
export function dynamodbClickPages(client: DynamoDBClient, table: string): ClickPages {
  const range = (pk: string, { from, to }: SortRange) => ({
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
    ConsistentRead: true,
    Limit: PAGE_ITEMS,
  });
  return {
    days: async (workspaceId, fromDay, toDay) => {
      const { pk } = dayKey(workspaceId, fromDay);
      const pages = await Array.fromAsync(rawPages(client, range(pk, { from: fromDay, to: toDay })));
      return pages.flat().map((item) => item.sk!.S!);
    },
    clicks: (lane, sorts) => rawPages(client, range(clicksLane(lane), sorts)),
    lateEntries: async function* (lane, sorts) {
      for await (const page of rawPages(client, range(lateLane(lane), sorts))) yield page.map(lateEntryFrom);
    },
    findMany: async (workspaceId, clickIds) => {
      const items = await getMany(
        client,
        table,
        clickIds.map((clickId) => clickKey(workspaceId, clickId)),
      );
      return new Map(items.map((item) => [item.sk!.S!, item]));
    },
  };
}

function lateEntryFrom(item: Item): LateEntry {
  const [recordedAtMs, clickId] = item.sk!.S!.split('#');
  return { recordedAtMs: Number(recordedAtMs), clickId: clickId! };
}
