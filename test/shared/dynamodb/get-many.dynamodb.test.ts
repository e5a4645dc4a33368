import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { documentClient } from '#shared/aws.ts';
import type { ItemKey } from '#shared/dynamodb/call-items.ts';
import { deleteAll } from '#shared/dynamodb/delete-all.dynamodb.ts';
import { getMany, getManyDocuments } from '#shared/dynamodb/get-many.dynamodb.ts';
import { isPassing } from '#shared/passing.ts';
import { openCannedDynamodb } from '#test/support/canned-dynamodb.ts';

type Keys = { sk: { S: string } }[];
const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: 'x', sk: String(n) }));

let close = async () => {};
afterEach(() => close());

test('keys that are left unprocessed are asked for again, at most a hundred at once', async () => {
  const asked: number[] = [];
  const server = await openCannedDynamodb(({ body }) => {
    const { Keys } = (body as { RequestItems: { t: { Keys: Keys } } }).RequestItems.t;
    asked.push(Keys.length);
    // Nothing the third time, else the first half of what is asked.
    const taken = asked.length === 3 ? 0 : Math.ceil(Keys.length / 2);
    const left = Keys.slice(taken);
    const UnprocessedKeys = left.length > 0 ? { t: { Keys: left } } : {};
    return { body: { Responses: { t: Keys.slice(0, taken) }, UnprocessedKeys } };
  });
  close = server.close;
  const found = await getMany(server.client, 't', keys(150));
  expect(found.map((item) => Number(item.sk!.S)).toSorted((a, b) => a - b)).toEqual(
    keys(150).map((_, n) => n),
  );
  expect(Math.max(...asked)).toBe(100);
});

test('a database that never takes any key is an error in the end, and one that passes', async () => {
  const server = await openCannedDynamodb(({ body }) => ({
    body: { Responses: {}, UnprocessedKeys: (body as { RequestItems: object }).RequestItems },
  }));
  close = server.close;
  const refused = await getMany(server.client, 't', keys(1)).catch((error: unknown) => error);
  expect(refused).toMatchObject({ message: 't processes none of 1 keys' });
  expect(isPassing(refused)).toBe(true);
});

test('a database that never takes a delete is an error in the end, and one that passes', async () => {
  const server = await openCannedDynamodb(({ body }) => ({
    body: { UnprocessedItems: (body as { RequestItems: object }).RequestItems },
  }));
  close = server.close;
  const refused = await deleteAll(server.client, 't', keys(1)).catch((error: unknown) => error);
  expect(refused).toMatchObject({ message: 't leaves 1 deletes unprocessed' });
  expect(isPassing(refused)).toBe(true);
});

test('deletes that are left unprocessed are sent again, at most twenty-five at once', async () => {
  const sent: number[] = [];
  const deleted = new Set<string>();
  const server = await openCannedDynamodb(({ body }) => {
    const { t } = (body as { RequestItems: { t: { DeleteRequest: { Key: { sk: { S: string } } } }[] } })
      .RequestItems;
    sent.push(t.length);
    for (const { DeleteRequest } of t.slice(0, 20)) deleted.add(DeleteRequest.Key.sk.S);
    return { body: { UnprocessedItems: t.length > 20 ? { t: t.slice(20) } : {} } };
  });
  close = server.close;
  await deleteAll(server.client, 't', keys(60));
  expect(deleted.size).toBe(60);
  expect(sent).toEqual([25, 5, 25, 5, 10]);
});

test.each([
  [
    'as the wire has them',
    async (client: DynamoDBClient, twice: ItemKey[]) =>
      (await getMany(client, 't', twice)).map(({ sk }) => sk!.S!),
  ],
  [
    'as documents, several batches at once',
    async (client: DynamoDBClient, twice: ItemKey[]) =>
      (await getManyDocuments(documentClient(client), 't', twice, 4)).map(({ sk }) => sk as string),
  ],
])('keys that are given twice are asked for once, and come once: %s', async (_how, find) => {
  const server = await openCannedDynamodb(({ body }) => {
    const { Keys } = (body as { RequestItems: { t: { Keys: Keys } } }).RequestItems.t;
    return { body: { Responses: { t: Keys } } };
  });
  close = server.close;
  const found = await find(server.client, [...keys(230), ...keys(230)]);
  expect(found.map(Number).toSorted((a, b) => a - b)).toEqual(keys(230).map((_, n) => n));
  expect(server.requests).toHaveLength(3);
});
