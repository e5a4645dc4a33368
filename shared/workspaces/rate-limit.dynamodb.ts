import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type RateLimiter, rateLimitOf, windowAt } from './rate-limit.ts';

/** Counts in the Workspaces table: one item per window, one UpdateItem per use, deleted by TTL. */
export function dynamodbRateLimiter(database: DynamoDBDocumentClient, table: string): RateLimiter {
  return {
    take: async ({ scope, key, limit, windowSeconds }, nowMs) => {
      const { start, end } = windowAt(nowMs, windowSeconds);
      const { Attributes } = await database.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk: `limit#${scope}#${key}`, sk: String(start) },
          UpdateExpression: 'ADD used :one SET #ttl = :ttl',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':one': 1, ':ttl': end },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return rateLimitOf((Attributes as { used: number }).used, limit, end, nowMs);
    },
  };
}
