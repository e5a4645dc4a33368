import { Readable } from 'node:stream';
import type { Database, Store, TableDescription } from './dynalite.ts';

/** Values that one step of a query fetches from LevelDB; dynalite itself fetches one. */
const READ_AHEAD = 128;

/** A store that remembers table descriptions, and how to make it forget one. */
export interface TunedStore extends Store {
  forgetTable(name: string): void;
}

/**
 * Makes a store faster: descriptions of tables are read once instead of several times per request,
 * and queries fetch many values at a time.
 */
export function tuneStore(store: Store): TunedStore {
  const tables = new Map<string, TableDescription>();
  store.db.createValueStream = (options) => createValueStream(store.db, options);
  const getTable: Store['getTable'] = (name, checkStatus, callback) => {
    // Without a check, the caller wants the table as it is now.
    if (checkStatus === false) return store.getTable(name, checkStatus, callback);
    const done = callback ?? (checkStatus as NonNullable<typeof callback>);
    const known = tables.get(name);
    if (known) return done(null, known);
    store.getTable(name, true, (error, table) => {
      if (!error) tables.set(name, table);
      done(error, table);
    });
  };
  return { ...store, getTable, forgetTable: (name) => tables.delete(name) };
}

function createValueStream(db: Database, options: object): Readable {
  const iterator = db.values(options);
  return new Readable({
    objectMode: true,
    async read() {
      try {
        const values = await iterator.nextv(READ_AHEAD);
        for (const value of values) this.push(value);
        if (!values.length) this.push(null);
      } catch (error) {
        this.destroy(error as Error);
      }
    },
    destroy(error, callback) {
      iterator.close().then(
        () => callback(error),
        () => callback(error),
      );
    },
  });
}
