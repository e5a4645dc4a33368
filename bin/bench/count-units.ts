import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Consumed = { CapacityUnits?: number };
type Answer = { ConsumedCapacity?: Consumed | Consumed[] };

/** Counts the capacity units that DynamoDB says a client's requests have taken. */
export function countUnits(client: DynamoDBClient): { units: number } {
  const counter = { units: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const consumed = (result.output as Answer).ConsumedCapacity ?? [];
      for (const { CapacityUnits = 0 } of [consumed].flat()) counter.units += CapacityUnits;
      return result;
    },
    { step: 'initialize', name: 'countUnits' },
  );
  return counter;
}
