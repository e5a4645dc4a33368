import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getMany } from '#shared/dynamodb/get-many.dynamodb.ts';
import { sdkCalls } from '#shared/dynamodb/sdk-calls.dynamodb.ts';
import { clickFrom } from '../click-item.ts';
import { clickKey } from '../click-keys.ts';
import type { ClickStore } from './click-store.ts';
import { clickWriter } from './click-writer.ts';

/**
 * Recorded clicks in DynamoDB, in the Clicks table.
 * @param client  one that tries once (`maxAttempts: 1`): a later attempt would carry the first one's time of recording
 */
export const dynamodbClickStore = (client: DynamoDBClient, table: string): ClickStore => ({
  ...clickWriter(sdkCalls(client), table),
  find: async (workspaceId, clickId) => {
    const [item] = await getMany(client, table, [clickKey(workspaceId, clickId)]);
    return item && clickFrom(item);
  },
});
