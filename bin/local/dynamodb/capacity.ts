/** Capacity as DynamoDB reports it, per table. */
export interface ConsumedCapacity {
  TableName: string;
  CapacityUnits: number;
}

/** Takes the capacity that one action reports into the sum of its table. */
export function addCapacity(sums: ConsumedCapacity[], answer: { ConsumedCapacity?: unknown }): void {
  const one = answer.ConsumedCapacity as ConsumedCapacity | undefined;
  if (!one) return;
  const sum = sums.find(({ TableName }) => TableName === one.TableName);
  if (sum) sum.CapacityUnits += one.CapacityUnits;
  else sums.push({ TableName: one.TableName, CapacityUnits: one.CapacityUnits });
}

/**
 * The capacity part of a transaction's answer, if it was asked for: every unit counts twice.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
export const transactionCapacity = (asked: string | undefined, sums: ConsumedCapacity[]) =>
  asked === 'TOTAL' || asked === 'INDEXES'
    ? { ConsumedCapacity: sums.map((sum) => ({ ...sum, CapacityUnits: 2 * sum.CapacityUnits })) }
    : {};
