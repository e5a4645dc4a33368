import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getMany } from '#shared/dynamodb/get-many.dynamodb.ts';
import { rawPages } from '#shared/dynamodb/raw-query.dynamodb.ts';
import { clickKey, clicksLane, dayKey, lateLane } from '../click-keys.ts';
import type { ClickPages, LaneRange, LateEntry } from './click-pages.ts';

type Item = Record<string, AttributeValue>;

/**
 * Items a page. Up to sixteen lanes are read at once with a page ahead each, so this bounds a reader's memory; the
 * 1 MB that a query may answer would be some 2,500 clicks.
 */
const PAGE_ITEMS = 1000;

/** Lanes of clicks in DynamoDB, in the Clicks table. */
export function dynamodbClickPages(client: DynamoDBClient, table: string): ClickPages {
  const pages = (pk: string, { from, to, wanted, signal }: LaneRange) =>
    rawPages(
      client,
      {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
        ConsistentRead: true,
        Limit: Math.min(wanted ?? PAGE_ITEMS, PAGE_ITEMS),
      },
      { ahead: wanted === undefined, signal },
    );
  return {
    days: async (workspaceId, fromDay, toDay, signal) => {
      const { pk } = dayKey(workspaceId, fromDay);
      const items = (await Array.fromAsync(pages(pk, { from: fromDay, to: toDay, signal }))).flat();
      return items.map((item) => item.sk!.S!);
    },
    clicks: (lane, range) => pages(clicksLane(lane), range),
    lateEntries: async function* (lane, range) {
      for await (const page of pages(lateLane(lane), range)) yield page.map(lateEntryFrom);
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
