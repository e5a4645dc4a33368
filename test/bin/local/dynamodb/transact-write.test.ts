import { TransactGetItemsCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { openDatabase } from '#test/support/aws-clients.ts';
import { openTables } from '#test/support/resources.ts';

const database = openDatabase();
const { links: TableName, jobs } = await openTables();
afterAll(() => database.destroy());

type Actions = NonNullable<TransactWriteCommandInput['TransactItems']>;

const put = (sk: string, more: object = {}) => ({ Put: { TableName, Item: { pk: 'a', sk, ...more } } });
const addOne = (sk: string) => ({
  TableName,
  Key: { pk: 'a', sk },
  UpdateExpression: 'ADD n :one',
  ExpressionAttributeValues: { ':one': 1 },
});

const transact = (TransactItems: Actions, ClientRequestToken?: string) =>
  database.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));

const read = async (sk: string, table = TableName) => {
  const { Item } = await database.send(
    new GetCommand({ TableName: table, Key: { pk: 'a', sk }, ConsistentRead: true }),
  );
  return Item;
};

describe('refusals', () => {
  test('a condition that fails cancels every action and names the one that failed', async () => {
    await database.send(new PutCommand({ TableName, Item: { pk: 'a', sk: 'taken', owner: 'me' } }));
    const conditional = {
      ...put('taken', { owner: 'you' }).Put,
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    await expect(transact([put('other'), { Put: conditional }])).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { owner: { S: 'me' } } },
      ],
    });
    expect(await read('other')).toBeUndefined();
    expect(await read('taken')).toMatchObject({ owner: 'me' });
  });

  test('a ConditionCheck that fails cancels, and writes nothing itself', async () => {
    const check = {
      ConditionCheck: {
        TableName,
        Key: { pk: 'a', sk: 'absent' },
        ConditionExpression: 'attribute_exists(pk)',
      },
    };
    await expect(transact([check, put('with-check')])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
    });
    expect(await read('with-check')).toBeUndefined();
  });

  test('an update that cannot be applied cancels as a validation error', async () => {
    await database.send(new PutCommand({ TableName, Item: { pk: 'a', sk: 'text', n: 'not a number' } }));
    await expect(transact([put('beside'), { Update: addOne('text') }])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
    });
    expect(await read('beside')).toBeUndefined();
  });

  test.each([
    ['two actions on one item', [put('twice'), { Update: addOne('twice') }]],
    ['101 actions', Array.from({ length: 101 }, (_, index) => put(`many-${index}`))],
    [
      'more than 4 MB',
      Array.from({ length: 15 }, (_, index) => put(`big-${index}`, { d: 'x'.repeat(300_000) })),
    ],
    ['none', []],
  ])('%s', async (_, actions) => {
    await expect(transact(actions as Actions)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('a table that is not there', async () => {
    const elsewhere = { Put: { TableName: 'nowhere', Item: { pk: 'a', sk: 'a' } } };
    await expect(transact([elsewhere])).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('tokens', () => {
  test('the same token with another request is refused', async () => {
    await transact([put('token-a')], 'token-1');
    await expect(transact([put('token-b')], 'token-1')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    expect(await read('token-b')).toBeUndefined();
  });

  test('a request repeated with its token happens once, also at the same time', async () => {
    const once = () => transact([{ Update: addOne('token-counter') }], 'token-2');
    await Promise.all([once(), once(), once()]);
    await once();
    expect(await read('token-counter')).toMatchObject({ n: 1 });
  });

  test('a token whose transaction was canceled can be used again', async () => {
    const conditional = { ...put('late').Put, ConditionExpression: 'attribute_exists(pk)' };
    await expect(transact([{ Put: conditional }], 'token-3')).rejects.toThrow();
    await database.send(new PutCommand({ TableName, Item: { pk: 'a', sk: 'late' } }));
    await transact([{ Put: conditional }], 'token-3');
  });
});

describe('concurrency', () => {
  test('transactions and single updates on one item at once all count', async () => {
    const single = () => database.send(new UpdateCommand(addOne('counter')));
    const transaction = () => transact([{ Update: addOne('counter') }, { Update: addOne('other-counter') }]);
    await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 ? single() : transaction())));
    expect(await read('counter')).toMatchObject({ n: 100 });
    expect(await read('other-counter')).toMatchObject({ n: 50 });
  });

  test('transactions that take the same items in opposite order do not wait for each other for ever', async () => {
    const there = () => transact([{ Update: addOne('x') }, { Update: addOne('y') }]);
    const back = () => transact([{ Update: addOne('y') }, { Update: addOne('x') }]);
    await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 ? there() : back())));
    expect(await read('x')).toMatchObject({ n: 40 });
    expect(await read('y')).toMatchObject({ n: 40 });
  });

  test('a transactional read never sees half of a transactional write', async () => {
    const keys = ['left', 'right'].map((sk) => ({ Get: { TableName, Key: { pk: 'a', sk } } }));
    const writes = Array.from(
      { length: 30 },
      (_, n) => () => transact([put('left', { n }), put('right', { n })]),
    );
    const seen: unknown[] = [];
    let done = false;
    const reader = (async () => {
      while (!done) {
        const { Responses = [] } = await database.send(new TransactGetCommand({ TransactItems: keys }));
        seen.push(Responses.map(({ Item }) => Item?.n as number | undefined));
      }
    })();
    for (const write of writes) await write();
    done = true;
    await reader;
    expect(seen.filter((pair) => new Set(pair as number[]).size !== 1)).toEqual([]);
  });
});

test('an index follows puts, updates and deletes of transactions', async () => {
  const due = async () => {
    const { Items = [] } = await database.send(
      new QueryCommand({
        TableName: jobs,
        IndexName: 'due',
        KeyConditionExpression: 'due_shard = :shard',
        ExpressionAttributeValues: { ':shard': '0' },
      }),
    );
    return Items.map(({ sk, due_at }) => `${sk}@${due_at}`);
  };
  const item = (sk: string, due_at: number) => ({
    Put: { TableName: jobs, Item: { pk: 'a', sk, due_shard: '0', due_at } },
  });
  await transact([item('one', 30), item('two', 20), item('three', 10)]);
  expect(await due()).toEqual(['three@10', 'two@20', 'one@30']);
  await transact([
    {
      Update: {
        TableName: jobs,
        Key: { pk: 'a', sk: 'three' },
        UpdateExpression: 'SET due_at = :at',
        ExpressionAttributeValues: { ':at': 40 },
      },
    },
    {
      Update: { TableName: jobs, Key: { pk: 'a', sk: 'two' }, UpdateExpression: 'REMOVE due_shard, due_at' },
    },
    { Delete: { TableName: jobs, Key: { pk: 'a', sk: 'one' } } },
  ]);
  expect(await due()).toEqual(['three@40']);
  expect(await read('two', jobs)).toEqual({ pk: 'a', sk: 'two' });
});

test('units are counted twice, per table', async () => {
  const answer = await database.send(
    new TransactWriteItemsCommand({
      ReturnConsumedCapacity: 'TOTAL',
      TransactItems: [
        { Put: { TableName, Item: { pk: { S: 'a' }, sk: { S: 'small' } } } },
        { Put: { TableName, Item: { pk: { S: 'a' }, sk: { S: 'large' }, d: { S: 'x'.repeat(1500) } } } },
      ],
    }),
  );
  expect(answer.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 6 }]);
  const { ConsumedCapacity } = await database.send(
    new TransactGetItemsCommand({
      ReturnConsumedCapacity: 'TOTAL',
      TransactItems: [{ Get: { TableName, Key: { pk: { S: 'a' }, sk: { S: 'small' } } } }],
    }),
  );
  expect(ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 2 }]);
});

test('a failed condition of a single request gives the item where that is asked for', async () => {
  await database.send(new PutCommand({ TableName, Item: { pk: 'a', sk: 'single', owner: 'me' } }));
  const refused = new DeleteCommand({
    TableName,
    Key: { pk: 'a', sk: 'single' },
    ConditionExpression: '#owner = :you',
    ExpressionAttributeNames: { '#owner': 'owner' },
    ExpressionAttributeValues: { ':you': 'you' },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  await expect(database.send(refused)).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    Item: { owner: { S: 'me' } },
  });
});
