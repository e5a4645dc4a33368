import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { jest } from '@jest/globals';
import type { RedirectHandler } from '#functions/redirect/redirect.ts';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { clickFrom } from '#shared/clicks/click-item.ts';
import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { readJournalLine } from '#shared/clicks/journal-reader.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { OpenDays } from '#shared/clicks/record/record-click.ts';
import { recordClicks } from '#shared/clicks/record/record-clicks.ts';
import { rememberedPlans } from '#shared/clicks/record/remembered-plans.ts';
import { newUuid } from '#shared/ids.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { aLink } from '#test/support/links.ts';
import { type OutageProxy, openOutageProxy } from '#test/support/outage-proxy.ts';
import { openQueue, openTables, type Tables } from '#test/support/resources.ts';
import { exampleDomain, exampleWorkspace } from '#test/support/workspaces.ts';
import { EDGE_SECRET, HOST, visit } from './open-redirect.ts';

const DYNAMODB = process.env.AWS_ENDPOINT_URL_DYNAMODB!;
const SQS = process.env.AWS_ENDPOINT_URL_SQS!;
const HORIZON_SECONDS = '6';
/** The function's timeout in lib/redirects.ts. */
const FUNCTION_TIMEOUT_MS = 5_000;

const workspaceId = newUuid();
const domainId = newUuid();
const linkOf = (shortCode: string) => aLink({ workspaceId, domainId, domain: HOST, shortCode });

let tables: Tables;
let queueUrl: string;
let dynamodb: OutageProxy;
let sqs: OutageProxy;
let handle: RedirectHandler;
const client = dynamodbClient({ endpoint: DYNAMODB, maxAttempts: 1 });
const database = documentClient(client);
const queue = new SQSClient({ endpoint: SQS, useQueueUrlAsEndpoint: false });
const lines: string[] = [];

beforeAll(async () => {
  [tables, queueUrl, dynamodb, sqs] = await Promise.all([
    openTables(),
    openQueue(),
    openOutageProxy(DYNAMODB),
    openOutageProxy(SQS),
  ]);
  const workspaces = dynamodbWorkspaceStore(database, tables.workspaces);
  const links = dynamodbLinkStore(database, tables.links);
  await workspaces.create(exampleWorkspace({ workspaceId }));
  await workspaces.addDomain(exampleDomain({ workspaceId, domainId, domain: HOST }));
  await links.create(linkOf('spring'));
  await links.create(linkOf('autumn'));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    WORKSPACES_TABLE: tables.workspaces,
    LINKS_TABLE: tables.links,
    CLICKS_TABLE: tables.clicks,
    CLICKS_QUEUE_URL: queueUrl,
    EDGE_SECRET,
    EDGE_SECRET_PREVIOUS: '',
    SHORT_ORIGIN: 'https://{domain}',
    HORIZON_SECONDS,
  });
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  ({ handler: handle } = await import('#functions/redirect/index.ts'));
});

afterAll(async () => {
  jest.restoreAllMocks();
  client.destroy();
  queue.destroy();
  await Promise.all([dynamodb.close(), sqs.close()]);
});

beforeEach(async () => {
  dynamodb.set('works');
  sqs.set('works');
  lines.length = 0;
  expect((await handle(visit())).statusCode).toBe(302);
});

/** Visits a link and holds the answer to the function's timeout. */
async function visited(path = '/spring') {
  const begun = performance.now();
  const answer = await handle(visit({ path }));
  expect(performance.now() - begun).toBeLessThan(FUNCTION_TIMEOUT_MS);
  return answer;
}

async function takeMessages(): Promise<{ messageId: string; body: string }[]> {
  const all: { messageId: string; body: string }[] = [];
  for (;;) {
    const { Messages = [] } = await queue.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return all;
    all.push(...Messages.map(({ MessageId, Body }) => ({ messageId: MessageId!, body: Body! })));
  }
}

async function recorded(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { Items = [] } of paginateScan(
    { client: client as DynamoDBClient },
    { TableName: tables.clicks },
  )) {
    const clicks = Items.filter(({ pk }) => pk!.S!.startsWith('clicks#'));
    ids.push(...clicks.map((item) => clickFrom(item).clickId));
  }
  return ids;
}

const journal = () => lines.map((line) => readJournalLine(line)).filter((click) => click !== undefined);

test('a request that did not come through the edge is refused', async () => {
  expect((await handle(visit({ headers: { 'x-slugline-edge': 'other' } }))).statusCode).toBe(403);
});

test('an unknown host, an unknown slug and a stranger of another domain are 404', async () => {
  const stranger = aLink({ domainId: newUuid(), domain: 'other.example', shortCode: 'stranger' });
  await dynamodbLinkStore(database, tables.links).create(stranger);
  const elsewhere = { headers: { 'x-slugline-host': 'other.example' } };
  expect((await handle(visit(elsewhere))).statusCode).toBe(404);
  expect((await visited('/winter')).statusCode).toBe(404);
  expect((await visited('/stranger')).statusCode).toBe(404);
});

test('with the links down, an unresolved slug is 503 and a resolved one redirects', async () => {
  dynamodb.set('refuses');
  const unknown = await visited('/autumn');
  expect(unknown).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
  expect(await visited()).toMatchObject({ statusCode: 302 });
  expect(journal()).toEqual([]);
});

test('with DynamoDB silent, the visitor is answered in time', async () => {
  dynamodb.set('hangs');
  expect((await visited('/autumn')).statusCode).toBe(503);
  expect((await visited()).statusCode).toBe(302);
  expect(journal()).toEqual([]);
});

test.each(['refuses', 'hangs'] as const)(
  'with a queue that %s, the click goes straight into its table',
  async (mode) => {
    const before = new Set(await recorded());
    sqs.set(mode);
    expect((await visited()).statusCode).toBe(302);
    const added = (await recorded()).filter((clickId) => !before.has(clickId));
    expect(added).toHaveLength(1);
    expect(journal()).toEqual([]);
  },
);

test.each(['refuses', 'hangs'] as const)(
  'with both of them down (%s), the click goes into the log',
  async (mode) => {
    sqs.set(mode);
    dynamodb.set(mode);
    expect((await visited()).statusCode).toBe(302);
    expect(journal()).toMatchObject([{ workspaceId, shortCode: 'spring', deviceCategory: 'mobile' }]);
  },
);

test('nothing that is logged names a visitor', async () => {
  sqs.set('refuses');
  dynamodb.set('refuses');
  await visited();
  await visited('/autumn');
  expect(lines.join('')).not.toMatch(/198\.51\.100\.7|AppleWebKit/);
});

test('through all outages each click is recorded exactly once, after the queue and the journal are worked off', async () => {
  await takeMessages();
  const before = new Set(await recorded());
  let redirects = 0;
  const both = { dynamodb, sqs };
  const states: ((services: typeof both) => void)[] = [
    () => {},
    ({ sqs }) => sqs.set('refuses'),
    ({ sqs }) => sqs.loseAnswers(),
    ({ dynamodb }) => dynamodb.set('refuses'),
    (services) => Object.values(services).forEach((service) => void service.loseAnswers()),
    (services) => Object.values(services).forEach((service) => void service.set('refuses')),
  ];
  for (const enter of states) {
    dynamodb.set('works');
    sqs.set('works');
    enter(both);
    for (let n = 0; n < 5; n += 1) if ((await visited()).statusCode === 302) redirects += 1;
  }
  dynamodb.set('works');
  sqs.set('works');
  for (const click of journal()) {
    await queue.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(click) }));
  }
  const messages = await takeMessages();
  const horizon = horizonOf(HORIZON_SECONDS);
  const { failed } = await recordClicks([...messages, ...messages.slice(0, 5)], {
    store: dynamodbClickStore(client, tables.clicks),
    guard: watchedClock(client, tables.clicks, horizon, Date.now),
    horizon,
    findPlan: rememberedPlans(dynamodbWorkspaceStore(database, tables.workspaces), Date.now),
    openDays: new OpenDays(),
    now: Date.now,
  });
  expect(failed).toEqual([]);
  const added = (await recorded()).filter((clickId) => !before.has(clickId));
  expect(redirects).toBe(states.length * 5);
  expect(added).toHaveLength(redirects);
  expect(journal().length).toBeGreaterThanOrEqual(5);
});
