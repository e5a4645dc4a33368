import { documentClient } from '#shared/aws.ts';
import { queryAll, queryPages } from '#shared/dynamodb/query-pages.dynamodb.ts';
import { openCannedDynamodb } from '#test/support/canned-dynamodb.ts';

let close = async () => {};
afterEach(() => close());

/** A table that gives these pages, each with a cursor but the last. */
async function pagesOf(...pages: string[][]) {
  const server = await openCannedDynamodb((_, at) => ({
    body: {
      Items: pages[at]!.map((sk) => ({ sk: { S: sk } })),
      Count: pages[at]!.length,
      ...(at < pages.length - 1 ? { LastEvaluatedKey: { sk: { S: String(at) } } } : {}),
    },
  }));
  close = server.close;
  return { client: documentClient(server.client), requests: server.requests };
}

const query = { TableName: 't' };
const names = (items: Record<string, unknown>[]) => items.map(({ sk }) => sk);

test('empty pages with a cursor are read on', async () => {
  const { client, requests } = await pagesOf(['a'], [], ['b', 'c']);
  expect(names(await queryAll(client, query))).toEqual(['a', 'b', 'c']);
  expect(requests.map(({ body }) => body.ExclusiveStartKey)).toEqual([
    undefined,
    { sk: { S: '0' } },
    { sk: { S: '1' } },
  ]);
});

test('no more is asked for than is wanted', async () => {
  const { client, requests } = await pagesOf(['a', 'b'], ['c'], ['d']);
  expect(names(await queryAll(client, query, { limit: 3 }))).toEqual(['a', 'b', 'c']);
  expect(requests.map(({ body }) => body.Limit)).toEqual([3, 1]);
});

test('whoever stops reading asks for no further page', async () => {
  const { client, requests } = await pagesOf(['a'], ['b']);
  for await (const { count } of queryPages(client, query)) if (count > 0) break;
  expect(requests).toHaveLength(1);
});

test('an aborted signal ends the reading', async () => {
  const { client } = await pagesOf(['a'], ['b']);
  await expect(queryAll(client, query, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});
