import { itemBytes } from '#shared/dynamodb/item-bytes.ts';
import { dynamoDbError, isApiError, validationError } from './api-error.ts';
import { bufferWrites, type WriteBuffer } from './buffered-store.ts';
import { addCapacity, type ConsumedCapacity, transactionCapacity } from './capacity.ts';
import {
  type ApiError,
  checkRequest,
  getTable,
  type Item,
  promised,
  type RequestData,
  runAction,
  type Store,
  storeModule,
} from './dynalite.ts';
import type { Emulator } from './emulator.ts';
import { checkItemLimits } from './item-limits.ts';
import { checkIndexKeys, isConditionFailure, type Target, targetName, withOldItem } from './write-items.ts';

const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
/** A ConditionCheck has the shape of a DeleteItem request. */
const OPERATIONS: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};

interface TransactWriteRequest {
  TransactItems?: Record<string, object>[];
  ClientRequestToken?: string;
  ReturnConsumedCapacity?: string;
}

interface TransactAction {
  kind: string;
  data: RequestData;
}

interface CancellationReason {
  Code: string;
  Message?: string;
  Item?: Item;
}

/**
 * TransactWriteItems: all actions in one LevelDB batch together with the request's token, or none of them.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function transactWriteItems(emulator: Emulator, request: TransactWriteRequest) {
  const { store, locks } = emulator;
  const actions = parseActions(store, request.TransactItems ?? []);
  const names = await distinctNames(store, actions);
  const token = request.ClientRequestToken;
  const held = token ? [...names, `token\0${token}`] : names;
  return locks.hold(held, async () => {
    if (token && emulator.tokens.isRepeated(token, request.TransactItems, emulator.now())) return {};
    const capacity: ConsumedCapacity[] = [];
    const buffer = await runActions(emulator, actions, capacity);
    checkSize(buffer);
    await commit(emulator, request, buffer);
    return transactionCapacity(request.ReturnConsumedCapacity, capacity);
  });
}

function parseActions(store: Store, items: Record<string, object>[]): TransactAction[] {
  if (items.length < 1 || items.length > MAX_ACTIONS)
    throw validationError(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
        `Member must have length ${items.length ? `less than or equal to ${MAX_ACTIONS}` : 'greater than or equal to 1'}`,
    );
  return items.map((item) => {
    const [kind, ...others] = Object.keys(item);
    const operation = kind && OPERATIONS[kind];
    if (!kind || !operation || others.length)
      throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
    const data = checkRequest(operation, structuredClone(item[kind]!), store);
    if (kind === 'ConditionCheck' && !data.ConditionExpression)
      throw validationError('The expression can not be empty;');
    return { kind, data: { ...data, ReturnConsumedCapacity: 'TOTAL' } };
  });
}

async function distinctNames(store: Store, actions: TransactAction[]): Promise<string[]> {
  const names: string[] = [];
  for (const { data } of actions) {
    const name = await targetName(store, data as Target);
    if (name && names.includes(name))
      throw validationError('Transaction request cannot include multiple operations on one item');
    if (name) names.push(name);
  }
  return names;
}

/** @throws ApiError TransactionCanceledException with a reason per action */
async function runActions(emulator: Emulator, actions: TransactAction[], capacity: ConsumedCapacity[]) {
  const whole = bufferWrites(emulator.store, emulator.timeToLive);
  const reasons: CancellationReason[] = [];
  for (const action of actions) {
    const buffer = bufferWrites(emulator.store, emulator.timeToLive);
    try {
      addCapacity(capacity, await runOne(emulator.store, action, buffer));
      reasons.push({ Code: 'None' });
    } catch (error) {
      reasons.push(reasonOf(withOldItem(error, action.data, buffer)));
    }
    whole.operations.push(...buffer.operations);
    for (const [name, change] of buffer.items) whole.items.set(name, change);
  }
  if (reasons.some(({ Code }) => Code !== 'None')) throw canceled(reasons);
  return whole;
}

async function runOne(store: Store, { kind, data }: TransactAction, buffer: WriteBuffer) {
  if (kind === 'ConditionCheck') return checkCondition(store, data, buffer);
  const answer = await runAction(buffer.store, OPERATIONS[kind]!, data);
  await checkIndexKeys(store, buffer);
  await checkItemLimits(store, buffer);
  return answer;
}

async function checkCondition(store: Store, data: RequestData, buffer: WriteBuffer) {
  const table = await getTable(store, data.TableName);
  const invalid = storeModule.validateKey(data.Key as Item, table);
  if (invalid) throw invalid;
  const key = storeModule.createKey(data.Key as Item, table);
  const existing = await promised<Item | undefined>((callback) =>
    buffer.store.getItemDb(data.TableName).get(key, callback),
  );
  const failed = storeModule.checkConditional(data, existing);
  if (failed) throw failed;
  return { ConsumedCapacity: storeModule.addConsumedCapacity(data, false, existing) };
}

function reasonOf(error: unknown): CancellationReason {
  if (!isApiError(error)) throw error;
  const { message: Message, body } = error;
  if (!isConditionFailure(error)) return { Code: 'ValidationError', Message };
  return { Code: 'ConditionalCheckFailed', Message, ...(body.Item && { Item: body.Item }) };
}

function canceled(reasons: CancellationReason[]): ApiError {
  const message =
    'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
    `[${reasons.map(({ Code }) => Code).join(', ')}]`;
  // The real service spells it `Message` here.
  return dynamoDbError('TransactionCanceledException', message, {
    Message: message,
    CancellationReasons: reasons,
  });
}

function checkSize({ items }: WriteBuffer): void {
  let bytes = 0;
  for (const { after, before } of items.values()) if (after && after !== before) bytes += itemBytes(after);
  if (bytes > MAX_BYTES)
    throw validationError('The aggregate size of the items in the transaction cannot exceed 4 MB');
}

async function commit({ store, tokens, now }: Emulator, request: TransactWriteRequest, buffer: WriteBuffer) {
  const token = request.ClientRequestToken;
  if (!token) return store.db.batch(buffer.operations);
  await tokens.record(token, request.TransactItems, {
    nowMs: now(),
    write: (operation) => store.db.batch([...buffer.operations, operation]),
  });
}
