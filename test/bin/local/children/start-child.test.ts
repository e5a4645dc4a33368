import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { startChild } from '#bin/local/children/start-child.ts';

const dir = await mkdtemp(join(tmpdir(), 'slugline-child-'));
afterAll(() => rm(dir, { recursive: true, force: true }));

const TableName = 'Pairs';
const WRITERS = 8;

async function open() {
  const child = await startChild('dynamodb', { path: join(dir, 'data') });
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${child.port}`, maxAttempts: 1 });
  return { child, client, database: DynamoDBDocumentClient.from(client) };
}

test('a program that cannot start is an error', async () => {
  await expect(startChild('dynamodb', { path: '/dev/null/nowhere' })).rejects.toThrow(
    /the local dynamodb ended before it was ready \(exit code 1\): .*ENOTDIR/s,
  );
});

test.each(['dynamodb', 'fauxqs'] as const)('%s listens on the loopback interface only', async (program) => {
  const child = await startChild(program, {});
  const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (const { address } of others.filter(({ internal, family }) => !internal && family === 'IPv4')) {
    const [error] = (await once(connect(child.port, address), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  }
  const socket = connect(child.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  await child.stop();
});

test('a transaction that SIGKILL cuts off has happened wholly or not at all, in tables and indexes', async () => {
  const first = await open();
  await first.client.send(createPairs);
  const acknowledged: number[] = [];
  let isKilled = false;
  const write = async (n: number) => {
    const items = ['left', 'right'].map((side) => ({
      Put: { TableName, Item: { pk: `${side}`, sk: String(n), shard: 'all', filler: 'x'.repeat(2000) } },
    }));
    await first.database.send(new TransactWriteCommand({ TransactItems: items }));
    acknowledged.push(n);
  };
  const writer = async (start: number) => {
    for (let n = start; !isKilled; n += WRITERS) await write(n).catch(() => undefined);
  };
  const writers = Array.from({ length: WRITERS }, (_, start) => writer(start));
  while (acknowledged.length < 200) await new Promise((resolve) => setTimeout(resolve, 1));
  process.kill(first.child.pid, 'SIGKILL');
  isKilled = true;
  await Promise.all(writers);
  await first.child.stop();

  const second = await open();
  const keysOf = async (request: { pk?: string }) => readAll(second.database, request.pk);
  const [left, right, indexed] = await Promise.all([
    keysOf({ pk: 'left' }),
    keysOf({ pk: 'right' }),
    keysOf({}),
  ]);
  expect(right).toEqual(left);
  expect(indexed.length).toBe(left.length + right.length);
  expect(acknowledged.filter((n) => !left.includes(String(n)))).toEqual([]);
  second.client.destroy();
  await second.child.stop();
});

const createPairs = new CreateTableCommand({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'shard', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'all',
      KeySchema: [{ AttributeName: 'shard', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
});

/** The sort keys of one partition, or of the whole index. */
async function readAll(database: DynamoDBDocumentClient, pk?: string): Promise<string[]> {
  const keys: string[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await database.send(
      new QueryCommand({
        TableName,
        ...(pk === undefined && { IndexName: 'all' }),
        KeyConditionExpression: '#name = :value',
        ExpressionAttributeNames: { '#name': pk === undefined ? 'shard' : 'pk' },
        ExpressionAttributeValues: { ':value': pk ?? 'all' },
        ExclusiveStartKey,
      }),
    );
    keys.push(...Items.map(({ sk }) => sk as string));
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return keys;
}
