import { createRequire } from 'node:module';

/** An attribute value as it goes over the wire: `{S: 'a'}`, `{N: '1'}`, … */
export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;
/** The body of one request, after dynalite's type checks. */
export type RequestData = Record<string, unknown> & { TableName: string };

export interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

export interface TableDescription {
  TableName: string;
  TableStatus: string;
  KeySchema: KeyElement[];
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: KeyElement[] }[];
}

/** An error that is an answer of the API: `body` is what the client gets. */
export interface ApiError extends Error {
  statusCode: number;
  body: { __type: string; message?: string; Item?: Item; [more: string]: unknown };
}

type Callback<T> = (error: Error | null, value: T) => void;

/** The part of a key range that dynalite sees of LevelDB: keys are strings, values JSON. */
export interface SubDatabase {
  get(key: string, callback: Callback<Item>): void;
  put(key: string, value: unknown, callback: (error: Error | null) => void): void;
  del(key: string, callback: (error: Error | null) => void): void;
  lock(key: string, run: (release: (callback: Callback<unknown>) => Callback<unknown>) => void): void;
  createValueStream(options: object): NodeJS.ReadableStream;
}

export type BatchOperation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

/** The LevelDB database itself (abstract-level's interface, as far as it is used here). */
export interface Database {
  get(key: string): Promise<unknown>;
  batch(operations: BatchOperation[]): Promise<void>;
  clear(range: { gte: string; lt: string }): Promise<void>;
  iterator(range: object): AsyncIterable<[string, unknown]>;
  values(range: object): { nextv(size: number): Promise<unknown[]>; close(): Promise<void> };
  createValueStream(options: object): NodeJS.ReadableStream;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** dynalite's store: the database, divided by tables and indexes. */
export interface Store {
  options: object;
  db: Database;
  tableDb: SubDatabase;
  getTable(
    name: string,
    checkStatus: boolean | Callback<TableDescription>,
    callback?: Callback<TableDescription>,
  ): void;
  getItemDb(table: string): SubDatabase;
  getIndexDb(kind: string, table: string, index: string): SubDatabase;
}

type Action = (store: Store, data: RequestData, callback: Callback<Record<string, unknown>>) => void;

interface Validation {
  types: Record<string, object>;
  custom?: (data: RequestData, store: Store) => string | undefined;
}

interface StoreModule {
  create(options: object): Store;
  createKey(item: Item, table: TableDescription): string;
  validateKey(key: Item, table: TableDescription): ApiError | undefined;
  validateItem(item: Item, table: TableDescription): ApiError | undefined;
  checkConditional(data: RequestData, existing: Item | undefined): ApiError | undefined;
  itemSize(item: Item): number;
  addConsumedCapacity(data: RequestData, isRead: boolean, item: Item | undefined): unknown;
}

interface ValidationsModule {
  checkTypes(data: object, types: object): RequestData;
  checkValidations(data: RequestData, types: object, custom: unknown, store: Store): void;
}

const load = createRequire(import.meta.url);

/** dynalite's own modules, by the paths of version 4.0.0 (it exports only its server). */
export const storeModule = load('dynalite/db/index.js') as StoreModule;
const validations = load('dynalite/validations/index.js') as ValidationsModule;

/** Runs an operation as dynalite implements it, by its API name (`PutItem`), on checked data. */
export function runAction(
  store: Store,
  operation: string,
  data: RequestData,
): Promise<Record<string, unknown>> {
  const action = load(`dynalite/actions/${lowerFirst(operation)}.js`) as Action;
  return promised((callback) => action(store, data, callback));
}

/** The table of types and checks behind an operation. */
const validationOf = (operation: string): Validation =>
  load(`dynalite/validations/${lowerFirst(operation)}.js`) as Validation;

const OLD_ITEM = { ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] } };
/** Members that dynalite does not know. */
const ADDED_TYPES: Record<string, object> = { PutItem: OLD_ITEM, UpdateItem: OLD_ITEM, DeleteItem: OLD_ITEM };

/**
 * Checks a request body as the API does and gives what an action takes; the body itself is used up.
 * @throws ApiError a SerializationException or ValidationException
 */
export function checkRequest(operation: string, body: object, store: Store): RequestData {
  const { types: known, custom } = validationOf(operation);
  const types = { ...known, ...ADDED_TYPES[operation] };
  const data = validations.checkTypes(body, types);
  validations.checkValidations(data, types, custom, store);
  return data;
}

/** Runs one of dynalite's callback functions as a promise. */
export const promised = <T>(start: (callback: Callback<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))));

export const getTable = (store: Store, name: string): Promise<TableDescription> =>
  promised((callback) => store.getTable(name, callback));

/** The table in whatever state it is; without a state when there is none. */
export const describeTable = (store: Store, name: string): Promise<{ TableStatus?: string }> =>
  promised<TableDescription>((callback) => store.getTable(name, false, callback)).catch((error) => {
    if (error.name === 'NotFoundError') return {};
    throw error;
  });

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
