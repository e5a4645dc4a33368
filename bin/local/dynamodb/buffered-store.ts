import type { BatchOperation, Item, Store, SubDatabase } from './dynalite.ts';
import type { ItemChange, TimeToLive } from './time-to-live.ts';

/** What a request would write, collected so that it can be written in one LevelDB batch. */
export interface WriteBuffer {
  /** To be handed to dynalite's actions in place of the real store; its item locks do nothing. */
  store: Store;
  /** Items read or written so far, by table and key. */
  items: Map<string, ItemChange>;
  operations: BatchOperation[];
}

/**
 * A view of the store that reads through and keeps every write to itself.
 * Items, index entries and time-to-live entries then stand or fall together, even over a SIGKILL.
 * A write is not seen by later reads of the same buffer: no request may touch an item twice.
 */
export function bufferWrites(store: Store, timeToLive: TimeToLive): WriteBuffer {
  const items = new Map<string, ItemChange>();
  const operations: BatchOperation[] = [];
  const getItemDb = (table: string): SubDatabase => {
    const base = store.getItemDb(table);
    const stored = keepIn(operations, `item-${table}~`);
    const change = (key: string, after: Item | undefined) => {
      const name = itemName(table, key);
      const before = items.get(name)?.before;
      items.set(name, { table, key, before, after });
      operations.push(...timeToLive.entriesFor({ table, key, before, after }));
    };
    return {
      ...stored,
      get: (key, callback) =>
        base.get(key, (error, item) => {
          if (!error) items.set(itemName(table, key), { table, key, before: item, after: item });
          callback(error, item);
        }),
      put: (key, value, callback) => {
        change(key, value as Item);
        stored.put(key, value, callback);
      },
      del: (key, callback) => {
        change(key, undefined);
        stored.del(key, callback);
      },
    };
  };
  const getIndexDb = (kind: string, table: string, index: string) =>
    keepIn(operations, `index-${kind.toLowerCase()}~${table}~${index}~`);
  return { store: { ...store, getItemDb, getIndexDb }, items, operations };
}

/** The name under which an item is locked and listed. */
export const itemName = (table: string, key: string): string => `${table}\0${key}`;

/** The prefixes are dynalite's own (db/index.js, getSubDb). */
function keepIn(operations: BatchOperation[], prefix: string): SubDatabase {
  const unused = () => {
    throw new Error('a write buffer is only written to');
  };
  return {
    get: unused,
    createValueStream: unused,
    lock: (_key, run) => run((callback) => callback),
    put: (key, value, callback) => {
      operations.push({ type: 'put', key: prefix + key, value });
      callback(null);
    },
    del: (key, callback) => {
      operations.push({ type: 'del', key: prefix + key });
      callback(null);
    },
  };
}
