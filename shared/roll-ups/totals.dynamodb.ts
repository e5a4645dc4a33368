import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dayKey, linkDayKey, totalsKey } from '../clicks/click-keys.ts';
import type { RawClick } from '../clicks/read/click-reader.ts';
import { getMany } from '../dynamodb/get-many.dynamodb.ts';
import { rawPages } from '../dynamodb/raw-query.dynamodb.ts';
import { dayTotals, linkTotals } from './cell.ts';
import { cellFrom } from './cell-reader.dynamodb.ts';
import type { DayTotals, LinkTotals, TotalsReader } from './totals.ts';

/** Roll-ups in DynamoDB, in the Clicks table. */
export function dynamodbTotalsReader(client: DynamoDBClient, table: string): TotalsReader {
  const days = async (
    pk: string,
    fromDay: string,
    toDay: string,
    signal?: AbortSignal,
  ): Promise<DayTotals[]> => {
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: fromDay }, ':to': { S: toDay } },
      ConsistentRead: true,
    };
    const pages = rawPages(client, query, { signal });
    return (await Array.fromAsync(pages)).flat().map((item) => dayTotals(item.sk!.S!, cellFrom(item)));
  };
  const findMany: TotalsReader['findMany'] = async (workspaceId, urlIds, signal) => {
    const keys = [...new Set(urlIds)].map((urlId) => totalsKey(workspaceId, urlId));
    const items = await getMany(client, table, keys, signal);
    return new Map(items.map((item) => [item.sk!.S!, totalsFrom(item)]));
  };
  return {
    find: async (workspaceId, urlId) => (await findMany(workspaceId, [urlId])).get(urlId),
    findMany,
    read: async function* (workspaceId, after = '', signal) {
      const { pk } = totalsKey(workspaceId, after);
      const query = {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk > :after',
        // The empty text is no key; every id is above the blank.
        ExpressionAttributeValues: { ':pk': { S: pk }, ':after': { S: after === '' ? ' ' : after } },
        ConsistentRead: true,
      };
      const pages = rawPages(client, query, { signal });
      for await (const page of pages) yield page.map(totalsFrom);
    },
    linkDays: (workspaceId, urlId, from, to) => days(linkDayKey(workspaceId, urlId, from).pk, from, to),
    workspaceDays: (workspaceId, from, to, signal) => days(dayKey(workspaceId, from).pk, from, to, signal),
  };
}

const totalsFrom = (item: RawClick): LinkTotals => linkTotals(item.sk!.S!, cellFrom(item));
