import { isApiError, validationError } from './api-error.ts';
import { bufferWrites, itemName, type WriteBuffer } from './buffered-store.ts';
import {
  type ApiError,
  getTable,
  type Item,
  type RequestData,
  runAction,
  type Store,
  storeModule,
} from './dynalite.ts';
import type { Emulator } from './emulator.ts';
import { checkItemLimits } from './item-limits.ts';

/** An item that a request names: by its key, or as a whole. */
export interface Target {
  TableName: string;
  Key?: Item;
  Item?: Item;
}

/** PutItem, UpdateItem and DeleteItem: dynalite's action, its effects in one batch. */
export async function writeItem(emulator: Emulator, operation: string, data: RequestData) {
  const { store, locks, timeToLive } = emulator;
  return locks.hold(await lockNames(store, [data as Target]), async () => {
    const buffer = bufferWrites(store, timeToLive);
    try {
      const answer = await runAction(buffer.store, operation, data);
      await checkIndexKeys(store, buffer);
      await checkItemLimits(store, buffer);
      await store.db.batch(buffer.operations);
      return answer;
    } catch (error) {
      throw withOldItem(error, data, buffer);
    }
  });
}

/** BatchWriteItem, likewise (AWS promises less: there each item stands for itself). */
export async function batchWriteItems(emulator: Emulator, operation: string, data: RequestData) {
  const { store, locks, timeToLive } = emulator;
  const requests = data.RequestItems as Record<string, { PutRequest?: Target; DeleteRequest?: Target }[]>;
  const targets = Object.entries(requests).flatMap(([TableName, writes]) =>
    writes.map((write): Target => ({ ...(write.PutRequest ?? write.DeleteRequest), TableName })),
  );
  return locks.hold(await lockNames(store, targets), async () => {
    const buffer = bufferWrites(store, timeToLive);
    const answer = await runAction(buffer.store, operation, data);
    await checkIndexKeys(store, buffer);
    await checkItemLimits(store, buffer);
    await store.db.batch(buffer.operations);
    return answer;
  });
}

/** The locks of the items that a request names; a malformed key has none, its action will refuse it. */
export async function lockNames(store: Store, targets: Target[]): Promise<string[]> {
  const names = await Promise.all(targets.map((target) => targetName(store, target)));
  return names.filter((name) => name !== undefined);
}

/** @throws ApiError ResourceNotFoundException */
export async function targetName(
  store: Store,
  { TableName, Key, Item }: Target,
): Promise<string | undefined> {
  const table = await getTable(store, TableName);
  const invalid = Item ? storeModule.validateItem(Item, table) : storeModule.validateKey(Key ?? {}, table);
  return invalid ? undefined : itemName(TableName, storeModule.createKey((Item ?? Key)!, table));
}

/** Adds the item to a failed condition's answer where the request wants it (dynalite does not). */
export function withOldItem(error: unknown, data: RequestData, { items }: WriteBuffer): unknown {
  const wanted = data.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  if (!wanted || !isConditionFailure(error)) return error;
  const [change] = [...items.values()];
  if (change?.before) error.body.Item = change.before;
  return error;
}

export const isConditionFailure = (error: unknown): error is ApiError =>
  isApiError(error) && error.body.__type.endsWith('#ConditionalCheckFailedException');

/** @throws ApiError ValidationException for an index key that is an empty string, which dynalite lets pass */
export async function checkIndexKeys(store: Store, { items }: WriteBuffer): Promise<void> {
  for (const { table: name, before, after } of items.values()) {
    if (!after || after === before) continue;
    const table = await getTable(store, name);
    for (const index of table.GlobalSecondaryIndexes ?? [])
      for (const { AttributeName } of index.KeySchema) {
        const value = after[AttributeName];
        if (value?.S === '' || value?.B === '') throw emptyIndexKey(index.IndexName, AttributeName);
      }
  }
}

const emptyIndexKey = (index: string, attribute: string) =>
  validationError(
    'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
      'The AttributeValue for a key attribute cannot contain an empty string value. ' +
      `IndexName: ${index}, IndexKey: ${attribute}`,
  );
