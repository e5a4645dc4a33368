import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { call, until } from '#bin/demo/client.ts';
import { documentClient } from '#shared/aws.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickPages } from '#shared/clicks/read/click-pages.dynamodb.ts';
import { clickReader } from '#shared/clicks/read/read-clicks.ts';
import { dynamodbConversionStore } from '#shared/conversions/conversion-store.dynamodb.ts';
import { recountWorkspace } from '#shared/conversions/recount-workspace.ts';
import { eachLimited } from '#shared/each-limited.ts';
import { FEED_START, feed } from '#shared/feed/feed.ts';
import { dynamodbCellReader } from '#shared/roll-ups/cell-reader.dynamodb.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { startTestStack, type TestStack } from '#test/support/local-stack.ts';

/** How many redirects: `SLUGLINE_LOAD=20000` for a longer run. */
const REDIRECTS = Number(process.env.SLUGLINE_LOAD ?? 1_000);
const CLIENTS = 12;
const LINKS = 60;
const KILLS = 6;

/** A killed consumer's batch comes again after this, and not after the three minutes of a deployment. */
const VISIBILITY_SECONDS = 10;

describe('redirects from many clients, with consumers killed in between', () => {
  let stack: TestStack;
  let client: DynamoDBClient;
  let shortUrls: string[];
  const clickIds: string[] = [];
  let killed = 0;

  beforeAll(
    async () => {
      stack = await startTestStack();
      const { AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_ENDPOINT_URL_SQS: sqsEndpoint } = stack.endpoints;
      client = new DynamoDBClient({ endpoint });
      const sqs = new SQSClient({ endpoint: sqsEndpoint, useQueueUrlAsEndpoint: false });
      const Attributes = { VisibilityTimeout: String(VISIBILITY_SECONDS) };
      await sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: stack.resources.ClicksQueueUrl!, Attributes }),
      );
      sqs.destroy();
      shortUrls = await Promise.all(Array.from({ length: LINKS }, aLink));
      await redirects();
    },
    60_000 + REDIRECTS * 60,
  );

  afterAll(async () => {
    client?.destroy();
    await stack?.stop();
  });

  async function aLink(): Promise<string> {
    const body = { domain_id: stack.domainId, long_url: 'https://example.com/landing', pass_click_id: true };
    return (await call<{ short_url: string }>(stack, 'POST', '/api/shorten', body)).short_url;
  }

  /** Follows the links and keeps the click id that each destination was handed. */
  async function redirects(): Promise<void> {
    await eachLimited(Array.from({ length: REDIRECTS }).keys(), CLIENTS, async (n) => {
      const scan = n % 4 === 0 ? '?nr=qr' : '';
      const response = await fetch(`${shortUrls[n % LINKS]}${scan}`, { redirect: 'manual' });
      const location = new URL(response.headers.get('location')!);
      clickIds.push(location.searchParams.get('nim_ct')!.slice('nimct_'.length));
      if (n % Math.ceil(REDIRECTS / KILLS) === 50) {
        killed += await stack.kill('clicks');
        await stack.kill('roll-ups');
      }
    });
  }

  const reader = () => clickReader(dynamodbClickPages(client, stack.resources.ClicksTable!));
  const readAll = async () => {
    const all = { workspaceId: stack.workspaceId, fromMs: 0, toMs: Date.now() + 60_000 };
    return (await Array.fromAsync(reader().read(all))).flat().map((click) => click.sk!.S!);
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test(
    'each redirect is recorded once',
    async () => {
      expect(killed).toBeGreaterThan(0);
      expect(new Set(clickIds).size).toBe(REDIRECTS);
      const deadlineMs = Date.now() + 60_000 + REDIRECTS * 20;
      for (let read = await readAll(); read.length < REDIRECTS; read = await readAll()) {
        expect(Date.now()).toBeLessThan(deadlineMs);
        await pause(1_000);
      }
      expect(await readAll()).toEqual(clickIds.toSorted());
    },
    120_000 + REDIRECTS * 30,
  );

  test('each is told once by the feed', async () => {
    const horizon = horizonOf(6);
    await pause(horizon.horizonMs);
    const pages = dynamodbClickPages(client, stack.resources.ClicksTable!);
    const told = feed({ pages, guard: { check: async () => undefined }, horizon, now: Date.now });
    const events = await Array.fromAsync(told.read({ workspaceId: stack.workspaceId, after: FEED_START }));
    expect(
      events
        .flat()
        .map(({ click }) => click.sk!.S)
        .toSorted(),
    ).toEqual(clickIds.toSorted());
  }, 60_000);

  test(
    'and counted once by the roll-ups',
    async () => {
      const { workspaceId, resources } = stack;
      const table = resources.ClicksTable!;
      const totals = dynamodbTotalsReader(client, table);
      const counted = async () => {
        const links = (await Array.fromAsync(totals.read(workspaceId))).flat();
        return links.reduce((sum, { clicks }) => sum + clicks, 0);
      };
      await until('roll-ups', counted, (sum) => sum >= REDIRECTS, 60_000 + REDIRECTS * 10);
      const tools = {
        reader: reader(),
        cells: dynamodbCellReader(client, table),
        store: dynamodbRollUpStore(client, { clicks: table, workspaces: resources.WorkspacesTable! }),
        conversions: dynamodbConversionStore(client, documentClient(client), table),
      };
      const recount = recountWorkspace(
        workspaceId,
        { plan: PLANS.enterprise, nowMs: Date.now(), repair: false },
        tools,
      );
      const steps = await Array.fromAsync(recount);
      expect(steps.filter(({ outcome }) => outcome !== 'equal')).toEqual([]);
      expect(steps.reduce((sum, { clicks = 0 }) => sum + clicks, 0)).toBe(REDIRECTS);
      expect(await counted()).toBe(REDIRECTS);
    },
    120_000 + REDIRECTS * 30,
  );
});
