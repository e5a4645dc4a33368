import type { CallItems } from '../dynamodb/call-items.ts';
import { type RateLimiter, rateLimitOf, windowAt } from './rate-limit.ts';

/** Counts in the Workspaces table: one item per window, one UpdateItem per use, deleted by TTL. */
export const dynamodbRateLimiter = (call: CallItems, table: string): RateLimiter => ({
  take: async ({ scope, key, limit, windowSeconds }, nowMs) => {
    const { start, end } = windowAt(nowMs, windowSeconds);
    const { Attributes } = await call('UpdateItem', {
      TableName: table,
      Key: { pk: { S: `limit#${scope}#${key}` }, sk: { S: String(start) } },
      UpdateExpression: 'ADD used :one SET #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':ttl': { N: String(end) } },
      ReturnValues: 'UPDATED_NEW',
    });
    return rateLimitOf(Number(Attributes!.used!.N), limit, end, nowMs);
  },
});
