import { validationError } from './api-error.ts';
import { addCapacity, type ConsumedCapacity, transactionCapacity } from './capacity.ts';
import { checkRequest, runAction } from './dynalite.ts';
import type { Emulator } from './emulator.ts';
import { lockNames, type Target } from './write-items.ts';

const MAX_READS = 100;

interface TransactGetRequest {
  TransactItems?: { Get: object }[];
  ReturnConsumedCapacity?: string;
}

/** TransactGetItems: reads under the locks of all its items, so that no write falls in between. */
export async function transactGetItems({ store, locks }: Emulator, request: TransactGetRequest) {
  const items = request.TransactItems ?? [];
  if (items.length < 1 || items.length > MAX_READS)
    throw validationError(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint",
    );
  const reads = items.map(({ Get }) =>
    checkRequest('GetItem', { ...Get, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }, store),
  );
  const capacity: ConsumedCapacity[] = [];
  const Responses = await locks.hold(await lockNames(store, reads as unknown as Target[]), async () => {
    const responses: { Item?: unknown }[] = [];
    for (const read of reads) {
      const answer = await runAction(store, 'GetItem', read);
      addCapacity(capacity, answer);
      responses.push(answer.Item ? { Item: answer.Item } : {});
    }
    return responses;
  });
  return { Responses, ...transactionCapacity(request.ReturnConsumedCapacity, capacity) };
}
