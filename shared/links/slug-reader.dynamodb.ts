import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { slugFrom, slugKey } from './link-item.ts';
import type { LinkStore } from './link-store.ts';

/** The one read of links that a redirect needs, without the rest of the store in its bundle. Strongly consistent. */
export const dynamodbSlugReader = (
  database: DynamoDBDocumentClient,
  table: string,
): Pick<LinkStore, 'findSlug'> => ({
  findSlug: async (domainId, shortCode, nowMs) => {
    const Key = slugKey(domainId, shortCode);
    const { Item } = await database.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item && slugFrom(Item, nowMs);
  },
});
