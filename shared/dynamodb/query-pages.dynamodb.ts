import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';

export type QueryPage = {
  items: Record<string, unknown>[];
  /** Of the items that match, also when the query asks for no more than that. */
  count: number;
  /** Whether nothing is read after it. */
  isLast: boolean;
};

/**
 * The pages of a query, empty ones too, until everything is read or as much as was asked for.
 * @param limit  items in all; the query is told how many are left
 */
export async function* queryPages(
  client: DynamoDBDocumentClient,
  query: QueryCommandInput,
  { limit = Number.POSITIVE_INFINITY, signal }: { limit?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<QueryPage, void, undefined> {
  let from = query.ExclusiveStartKey;
  let left = limit;
  do {
    const bounded = Number.isFinite(left) ? { Limit: left } : {};
    const command = new QueryCommand({ ...query, ...bounded, ExclusiveStartKey: from });
    const {
      Items = [],
      Count = 0,
      LastEvaluatedKey,
    } = await client.send(command, signal && { abortSignal: signal });
    left -= Items.length;
    from = LastEvaluatedKey;
    yield { items: Items, count: Count, isLast: from === undefined || left <= 0 };
  } while (from !== undefined && left > 0);
}

/** All items of a query, or as many as are asked for. */
export async function queryAll(
  client: DynamoDBDocumentClient,
  query: QueryCommandInput,
  options: { limit?: number; signal?: AbortSignal | undefined } = {},
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const { items } of queryPages(client, query, options)) found.push(...items);
  return found;
}
