import { itemBytes, MAX_ITEM_BYTES, MAX_KEY_BYTES } from '#shared/dynamodb/item-bytes.ts';
import { utf8Bytes } from '#shared/utf8.ts';
import { validationError } from './api-error.ts';
import type { WriteBuffer } from './buffered-store.ts';
import { getTable, type Item, type Store, type TableDescription } from './dynalite.ts';

/**
 * The sizes that AWS allows, in bytes of UTF-8: dynalite counts UTF-16 units, of which most alphabets have fewer.
 * @throws ApiError ValidationException in the words of the real service
 */
export async function checkItemLimits(store: Store, { items }: WriteBuffer): Promise<void> {
  for (const { table: name, before, after } of items.values()) {
    if (!after || after === before) continue;
    checkKeys(after, await getTable(store, name));
    if (itemBytes(after) <= MAX_ITEM_BYTES) continue;
    throw validationError(
      before
        ? 'Item size to update has exceeded the maximum allowed size'
        : 'Item size has exceeded the maximum allowed size',
    );
  }
}

function checkKeys(item: Item, { KeySchema }: TableDescription): void {
  for (const { AttributeName, KeyType } of KeySchema) {
    const { S } = item[AttributeName] as { S?: string };
    const [most, what] =
      KeyType === 'HASH'
        ? [MAX_KEY_BYTES.partition, 'Size of hashkey has exceeded the maximum size limit of']
        : [MAX_KEY_BYTES.sort, 'Aggregated size of all range keys has exceeded the size limit of'];
    if (S !== undefined && utf8Bytes(S) > most) {
      throw validationError(`One or more parameter values were invalid: ${what} ${most} bytes`);
    }
  }
}
