import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { openDatabase } from '#test/support/aws-clients.ts';
import { openTables } from '#test/support/resources.ts';

const database = openDatabase();
const { links: TableName } = await openTables();
afterAll(() => database.destroy());

const read = async (sk: string) => {
  const { Item } = await database.send(
    new GetCommand({ TableName, Key: { pk: 'a', sk }, ConsistentRead: true }),
  );
  return Item;
};

test('a condition that fails cancels every action and names the one that failed', async () => {
  await database.send(new PutCommand({ TableName, Item: { pk: 'a', sk: 'taken', owner: 'me' } }));
  const transaction = new TransactWriteCommand({
    TransactItems: [
      { Put: { TableName, Item: { pk: 'a', sk: 'other' } } },
      {
        Put: {
          TableName,
          Item: { pk: 'a', sk: 'taken', owner: 'you' },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ],
  });
  await expect(database.send(transaction)).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { owner: { S: 'me' } } }],
  });
  expect(await read('other')).toBeUndefined();
});

test('transactions and single updates on one item at once all count', async () => {
  const add = {
    TableName,
    Key: { pk: 'a', sk: 'counter' },
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': 1 },
  };
  const single = () => database.send(new UpdateCommand(add));
  const transaction = () => database.send(new TransactWriteCommand({ TransactItems: [{ Update: add }] }));
  await Promise.all(Array.from({ length: 100 }, (_, i) => (i % 2 ? single() : transaction())));
  expect(await read('counter')).toMatchObject({ n: 100 });
});
