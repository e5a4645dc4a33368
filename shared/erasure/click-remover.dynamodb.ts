import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clickFrom } from '../clicks/click-item.ts';
import { clickKey, lateKey } from '../clicks/click-keys.ts';
import { deleteAll } from '../dynamodb/delete-all.dynamodb.ts';
import type { ClickRemover } from './erase.ts';

/** Takes clicks out of the Clicks table. */
export const dynamodbClickRemover = (client: DynamoDBClient, table: string): ClickRemover => ({
  remove: async (workspaceId, items) => {
    const clicks = items.map(clickFrom);
    const entries = clicks
      .filter(({ late }) => late)
      .map(({ recordedAtMs, clickId }) => lateKey(workspaceId, recordedAtMs, clickId));
    await deleteAll(client, table, entries);
    await deleteAll(
      client,
      table,
      clicks.map(({ clickId }) => clickKey(workspaceId, clickId)),
    );
  },
});
