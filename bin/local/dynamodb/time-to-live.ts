import type { BatchOperation, Database, Item } from './dynalite.ts';

const CONFIGURATION = 'ttl-attribute~';
const ENTRY = 'ttl-entry~';
/** Items whose time lies further back are left alone, as on AWS. */
const OLDEST_SECONDS = 5 * 365 * 24 * 3600;

/** An item as one request found it and as it would leave it. */
export interface ItemChange {
  table: string;
  key: string;
  before: Item | undefined;
  after: Item | undefined;
}

/** Which tables expire their items by which attribute, and an index of what expires when. */
export class TimeToLive {
  readonly #db: Database;
  readonly #attributes = new Map<string, string>();

  constructor(db: Database) {
    this.#db = db;
  }

  async load(): Promise<void> {
    for await (const [key, attribute] of this.#db.iterator(range(CONFIGURATION)))
      this.#attributes.set(key.slice(CONFIGURATION.length), attribute as string);
  }

  attributeOf(table: string): string | undefined {
    return this.#attributes.get(table);
  }

  /** Enables expiry by `attribute`, also for the items that are there already. */
  async enable(table: string, attribute: string): Promise<void> {
    this.#attributes.set(table, attribute);
    const operations: BatchOperation[] = [{ type: 'put', key: CONFIGURATION + table, value: attribute }];
    const prefix = `item-${table}~`;
    for await (const [stored, item] of this.#db.iterator(range(prefix))) {
      const key = stored.slice(prefix.length);
      operations.push(...this.entriesFor({ table, key, before: undefined, after: item as Item }));
    }
    await this.#db.batch(operations);
  }

  async disable(table: string): Promise<void> {
    this.#attributes.delete(table);
    await this.#db.batch([{ type: 'del', key: CONFIGURATION + table }]);
    await this.#db.clear(range(`${ENTRY}${table}~`));
  }

  /** The index entries to be written together with a change of an item. */
  entriesFor({ table, key, before, after }: ItemChange): BatchOperation[] {
    const attribute = this.#attributes.get(table);
    if (!attribute) return [];
    const old = entryKey(table, key, expirySeconds(before, attribute));
    const now = entryKey(table, key, expirySeconds(after, attribute));
    if (old === now) return [];
    const operations: BatchOperation[] = [];
    if (old) operations.push({ type: 'del', key: old });
    if (now && after) operations.push({ type: 'put', key: now, value: after });
    return operations;
  }

  /** Items of a table whose time has come. The item may have changed since: check before deleting. */
  async *due(table: string, nowSeconds: number): AsyncGenerator<Item> {
    const prefix = `${ENTRY}${table}~`;
    const bounds = {
      gte: prefix + padded(Math.max(0, nowSeconds - OLDEST_SECONDS)),
      lt: prefix + padded(nowSeconds),
    };
    for await (const [, item] of this.#db.iterator(bounds)) yield item as Item;
  }

  get tables(): string[] {
    return [...this.#attributes.keys()];
  }
}

/** The second at which an item expires, if its attribute is a number. */
export function expirySeconds(item: Item | undefined, attribute: string): number | undefined {
  const value = item?.[attribute]?.N;
  const seconds = value === undefined ? Number.NaN : Math.floor(Number(value));
  return seconds >= 0 ? seconds : undefined;
}

const padded = (seconds: number) => String(seconds).padStart(12, '0');

const entryKey = (table: string, key: string, seconds: number | undefined) =>
  seconds === undefined ? undefined : `${ENTRY}${table}~${padded(seconds)}~${key}`;

const range = (prefix: string) => ({ gte: prefix, lt: `${prefix}\xFF` });
