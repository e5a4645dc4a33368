import { rawPages, rawQuery } from '#shared/dynamodb/raw-query.dynamodb.ts';
import { type CannedAnswer, type CannedRequest, openCannedDynamodb } from '#test/support/canned-dynamodb.ts';

const INPUT = {
  TableName: 't',
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: 'x' } },
};
const item = (n: number) => ({ pk: { S: 'x' }, sk: { S: String(n) }, n: { N: '1' }, yes: { BOOL: true } });
const page = (...numbers: number[]): CannedAnswer => ({
  body: { Items: numbers.map(item), Count: numbers.length },
});
const goesOn = ({ body }: CannedAnswer, n: number): CannedAnswer => ({
  body: { ...body, LastEvaluatedKey: { pk: { S: 'x' }, sk: { S: String(n) } } },
});

let close = async () => {};
afterEach(() => close());

async function open(answer: (request: CannedRequest, at: number) => CannedAnswer) {
  const server = await openCannedDynamodb(answer, { maxAttempts: 2 });
  close = server.close;
  return server;
}

test('an error keeps its name and its message', async () => {
  const { client } = await open(() => ({
    status: 400,
    body: { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'no such table' },
  }));
  const expected = { name: 'ResourceNotFoundException', message: 'no such table' };
  await expect(rawQuery(client, INPUT)).rejects.toMatchObject(expected);
});

test('a failure that passes is tried again by the client', async () => {
  const { client, requests } = await open((_request, at) =>
    at === 0 ? { status: 500, body: { __type: 'InternalServerError' } } : page(1),
  );
  expect((await rawQuery(client, INPUT)).items).toEqual([item(1)]);
  expect(requests).toHaveLength(2);
});

test('items come as the client itself would give them', async () => {
  const { client } = await open(() => page(1, 2));
  expect(await rawQuery(client, INPUT)).toEqual({ items: [item(1), item(2)], next: undefined });
});

test.each([true, false])('an empty page with a cursor is read on (ahead: %s)', async (ahead) => {
  const pages = [goesOn(page(1), 1), goesOn(page(), 5), goesOn(page(), 7), page(8)];
  const { client, requests } = await open((_request, at) => pages[at]!);
  const read = await Array.fromAsync(rawPages(client, INPUT, { ahead }));
  expect(read).toEqual([[item(1)], [item(8)]]);
  const starts = requests.map(
    ({ body }) => (body as { ExclusiveStartKey?: { sk: { S: string } } }).ExclusiveStartKey?.sk.S,
  );
  expect(starts).toEqual([undefined, '1', '5', '7']);
});

test('the next page is asked for before this one is used up, unless told otherwise', async () => {
  for (const ahead of [true, false]) {
    const { client, requests, close: closeThis } = await open((_request, at) => goesOn(page(at), at));
    for await (const _page of rawPages(client, INPUT, { ahead })) {
      await expectSoon(() => requests.length, ahead ? 2 : 1);
      break;
    }
    await closeThis();
    close = async () => {};
  }
});

test('a page ahead that fails is nobody’s business when the reader has left', async () => {
  const { client } = await open((_request, at) =>
    at === 0 ? goesOn(page(1), 1) : { status: 400, body: { __type: 'ValidationException' } },
  );
  for await (const read of rawPages(client, INPUT)) {
    expect(read).toEqual([item(1)]);
    break;
  }
});

/** Waits until a value is what it should be; fails after ten seconds. */
async function expectSoon<T>(value: () => T, expected: T): Promise<void> {
  for (let tries = 0; tries < 1_000 && value() !== expected; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(value()).toBe(expected);
}
