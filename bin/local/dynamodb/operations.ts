import { setImmediate } from 'node:timers/promises';
import { dynamoDbError } from './api-error.ts';
import { checkRequest, describeTable, runAction } from './dynalite.ts';
import type { Emulator } from './emulator.ts';
import { describeTimeToLive, forgetTimeToLive, updateTimeToLive } from './expire-items.ts';
import { transactGetItems } from './transact-get.ts';
import { transactWriteItems } from './transact-write.ts';
import { batchWriteItems, writeItem } from './write-items.ts';

type Operation = (emulator: Emulator, body: never) => Promise<object>;

const write: (operation: string, run: typeof writeItem) => Operation =
  (operation, run) =>
  async (emulator, body: object): Promise<object> =>
    run(emulator, operation, checkRequest(operation, body, emulator.store));

/** An operation that dynalite has as it should be. */
const plain =
  (operation: string): Operation =>
  async ({ store }, body: object): Promise<object> => {
    const data = checkRequest(operation, body, store);
    return runAction(store, operation, data);
  };

/** A table operation that answers when it has taken effect, so that no caller has to wait and ask. */
const settled =
  (operation: string): Operation =>
  async (emulator, body: { TableName: string }) => {
    const answer = await plain(operation)(emulator, body as never);
    emulator.store.forgetTable(body.TableName);
    for (;;) {
      const { TableStatus } = await describeTable(emulator.store, body.TableName);
      if (TableStatus === undefined || TableStatus === 'ACTIVE') return answer;
      await setImmediate();
    }
  };

const deleteTable: Operation = async (emulator, body: { TableName: string }) => {
  const answer = await settled('DeleteTable')(emulator, body as never);
  await forgetTimeToLive(emulator, body.TableName);
  return answer;
};

const PLAIN = [
  'BatchGetItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
];

const OPERATIONS: Record<string, Operation> = {
  ...Object.fromEntries(PLAIN.map((operation) => [operation, plain(operation)])),
  PutItem: write('PutItem', writeItem),
  UpdateItem: write('UpdateItem', writeItem),
  DeleteItem: write('DeleteItem', writeItem),
  BatchWriteItem: write('BatchWriteItem', batchWriteItems),
  TransactWriteItems: transactWriteItems,
  TransactGetItems: transactGetItems,
  UpdateTimeToLive: updateTimeToLive,
  DescribeTimeToLive: describeTimeToLive,
  CreateTable: settled('CreateTable'),
  UpdateTable: settled('UpdateTable'),
  DeleteTable: deleteTable,
};

/**
 * Runs one operation of the DynamoDB API.
 * @throws ApiError whatever the API would answer with
 */
export async function runOperation(emulator: Emulator, operation: string, body: object): Promise<object> {
  const run = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (!run) throw dynamoDbError('UnknownOperationException', `The local DynamoDB has no ${operation}.`);
  return run(emulator, body as never);
}
