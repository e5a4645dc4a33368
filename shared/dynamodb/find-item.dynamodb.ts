import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CallItems, FindItem } from './call-items.ts';

/** Finds items of a table. */
export const itemFinder =
  (call: CallItems, table: string): FindItem =>
  async ({ pk, sk }) => {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const { Item } = await call('GetItem', { TableName: table, Key, ConsistentRead: true });
    return Item && unmarshall(Item);
  };
