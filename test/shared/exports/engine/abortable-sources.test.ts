import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { dynamodbClickReader } from '#shared/clicks/read/click-reader.dynamodb.ts';
import { abortableSources } from '#shared/exports/engine/abortable-sources.ts';
import type { Sources } from '#shared/exports/engine/kind.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';
import { type OutageProxy, openOutageProxy } from '#test/support/outage-proxy.ts';

let proxy: OutageProxy;
beforeAll(async () => {
  proxy = await openOutageProxy(process.env.AWS_ENDPOINT_URL_DYNAMODB!);
  proxy.set('hangs');
});
afterAll(() => proxy.close());

const range = { workspaceId: 'w', fromMs: 1, toMs: 2 };

test.each<[string, (sources: Sources) => Promise<unknown>]>([
  ['links', ({ links }) => links.page({ workspaceId: 'w', order: 'ascending', limit: 10 })],
  ['totals in order', ({ totals }) => Array.fromAsync(totals.read('w'))],
  ['totals by id', ({ totals }) => totals.findMany('w', ['a', 'b'])],
  ['days', ({ totals }) => totals.workspaceDays('w', '20260401', '20260402')],
  ['clicks', ({ clicks }) => Array.fromAsync(clicks.read(range))],
])('%s: a read of which nothing is heard ends with its signal', async (_what, read) => {
  const client = dynamodbClient({ endpoint: proxy.url });
  const reading = new AbortController();
  const sources = abortableSources(
    {
      links: dynamodbLinkStore(documentClient(client), 'links'),
      totals: dynamodbTotalsReader(client, 'clicks'),
      clicks: dynamodbClickReader(client, 'clicks'),
      shortOrigin: 'https://{domain}',
    },
    reading.signal,
  );
  const outcome = read(sources);
  setTimeout(() => reading.abort(), 50);
  await expect(outcome).rejects.toMatchObject({ name: 'AbortError' });
  client.destroy();
});
