import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, openEmulator } from '#bin/local/dynamodb/emulator.ts';
import { expireItems } from '#bin/local/dynamodb/expire-items.ts';
import { runOperation } from '#bin/local/dynamodb/operations.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const nowSeconds = NOW_MS / 1000;

const dir = await mkdtemp(join(tmpdir(), 'slugline-dynamodb-'));
let nowMs = NOW_MS;
let emulator: Emulator;

const open = () => openEmulator({ path: join(dir, 'data'), now: () => nowMs });
const run = (operation: string, body: object) => runOperation(emulator, operation, body) as Promise<never>;
const itemAt = (sk: string, ttl: object = {}) => ({
  TableName: 'Things',
  Item: { pk: { S: 'a' }, sk: { S: sk }, ...ttl },
});
const remaining = async (): Promise<string[]> => {
  const { Items } = (await run('Scan', { TableName: 'Things' })) as { Items: { sk: { S: string } }[] };
  return Items.map(({ sk }) => sk.S).sort();
};

beforeAll(async () => {
  emulator = await open();
  await createTable('Things');
});

const createTable = (TableName: string) =>
  run('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
  });

afterAll(async () => {
  await emulator.store.db.close();
  await rm(dir, { recursive: true });
});

const specification = (Enabled: boolean) => ({
  TableName: 'Things',
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled },
});

test('an operation that is not there is refused', async () => {
  await expect(run('ExecuteStatement', {})).rejects.toMatchObject({
    body: { __type: expect.stringContaining('UnknownOperationException') },
  });
});

test('asking for the expiry that a table has already is refused, as is expiry for a table that is not there', async () => {
  await expect(run('UpdateTimeToLive', specification(false))).rejects.toThrow('already disabled');
  await expect(run('UpdateTimeToLive', { ...specification(true), TableName: 'Nothing' })).rejects.toThrow();
});

test('what has expired is deleted, what has not, or is no time, stays', async () => {
  const at = (seconds: number) => ({ ttl: { N: String(seconds) } });
  await run('PutItem', itemAt('before it was enabled', at(nowSeconds - 10)));
  await run('UpdateTimeToLive', specification(true));
  await run('PutItem', itemAt('expired', at(nowSeconds - 1)));
  await run('PutItem', itemAt('expires now', at(nowSeconds)));
  await run('PutItem', itemAt('later', at(nowSeconds + 10)));
  await run('PutItem', itemAt('no number', { ttl: { S: String(nowSeconds - 1) } }));
  await run('PutItem', itemAt('none'));
  await run('PutItem', itemAt('six years ago', at(nowSeconds - 6 * 365 * 24 * 3600)));
  await run('PutItem', itemAt('put off', at(nowSeconds - 1)));
  await run('PutItem', itemAt('put off', at(nowSeconds + 10)));
  await expireItems(emulator);
  expect(await remaining()).toEqual([
    'expires now',
    'later',
    'no number',
    'none',
    'put off',
    'six years ago',
  ]);
});

test('expiry, items and tokens are there after a restart', async () => {
  const token = { ClientRequestToken: 'kept', TransactItems: [{ Put: itemAt('once') }] };
  await run('TransactWriteItems', token);
  await emulator.store.db.close();
  emulator = await open();
  expect(await run('DescribeTimeToLive', { TableName: 'Things' })).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' },
  });
  await run('DeleteItem', { TableName: 'Things', Key: itemAt('once').Item });
  await run('TransactWriteItems', token);
  expect(await remaining()).not.toContain('once');
  nowMs += 11_000;
  await expireItems(emulator);
  expect(await remaining()).toEqual(['no number', 'none', 'six years ago']);
});

test('a token is forgotten after ten minutes', async () => {
  nowMs += 10 * 60 * 1000 + 1;
  await emulator.tokens.prune(nowMs);
  await run('TransactWriteItems', { ClientRequestToken: 'kept', TransactItems: [{ Put: itemAt('again') }] });
  expect(await remaining()).toContain('again');
});

test('a table that is deleted takes its expiry along', async () => {
  await run('DeleteTable', { TableName: 'Things' });
  expect(emulator.timeToLive.tables).toEqual([]);
});

describe('an item', () => {
  beforeAll(() => createTable('Large'));
  const text = (bytes: number) => '好'.repeat(bytes / 3);
  const put = (S: string, sk = 'large') => ({
    TableName: 'Large',
    Item: { pk: { S: 'a' }, sk: { S: sk }, v: { S } },
  });
  const append = {
    TableName: 'Large',
    Key: { pk: { S: 'a' }, sk: { S: 'large' } },
    UpdateExpression: 'SET w = :w',
    ExpressionAttributeValues: { ':w': { S: text(300) } },
  };

  test('has at most 400 KiB of UTF-8, whichever way it is written', async () => {
    await run('PutItem', put(text(409_500)));
    await expect(run('PutItem', put(text(409_800), 'larger'))).rejects.toThrow('Item size has exceeded');
    await expect(run('UpdateItem', append)).rejects.toThrow('Item size to update has exceeded');
    await expect(run('TransactWriteItems', { TransactItems: [{ Update: append }] })).rejects.toMatchObject({
      body: { CancellationReasons: [{ Code: 'ValidationError' }] },
    });
    const { Item } = (await run('PutItem', put('small')).then(() =>
      run('GetItem', { TableName: 'Large', Key: append.Key }),
    )) as { Item: object };
    expect(Item).not.toHaveProperty('w');
  });

  test('has keys of at most 2,048 and 1,024 bytes of UTF-8', async () => {
    await run('PutItem', put('small', text(1_023)));
    await expect(run('PutItem', put('small', text(1_026)))).rejects.toThrow('range keys has exceeded');
  });
});
