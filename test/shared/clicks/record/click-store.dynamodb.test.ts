import { countUnits } from '#bin/bench/count-units.ts';
import { dynamodbClient } from '#shared/aws.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { OpenDays } from '#shared/clicks/record/record-click.ts';
import { recordClicks } from '#shared/clicks/record/record-clicks.ts';
import { newUuid } from '#shared/ids.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { aClick } from '#test/support/clicks.ts';
import { type OutageProxy, openOutageProxy } from '#test/support/outage-proxy.ts';
import { openDynamodbClicks } from '#test/support/recorded-clicks.ts';

const MADE_MS = Date.now() - 60_000;

/** An instance of the consumer that records now what was made `delayMs` before. */
function consumer(client: ReturnType<typeof dynamodbClient>, table: string, delayMs: number) {
  const tools = {
    store: dynamodbClickStore(client, table),
    guard: { check: async () => undefined },
    horizon: horizonOf(6),
    findPlan: async () => PLANS.enterprise,
    openDays: new OpenDays(),
    now: () => MADE_MS + delayMs,
  };
  return (clicks: ReturnType<typeof aClick>[]) =>
    recordClicks(
      clicks.map((click) => ({ messageId: click.clickId, body: JSON.stringify(click) })),
      tools,
    );
}

describe('what a click costs', () => {
  test.each([
    ['on time', 0, 1.3],
    // Four for the transaction of two items; what comes late may cost more.
    ['late', 3_000, 4.3],
  ])('%s: at most so many write units, the days included', async (_when, delayMs, most) => {
    const client = dynamodbClient();
    const counter = countUnits(client);
    const { table } = await openDynamodbClicks();
    const workspaceId = newUuid();
    for (let batch = 0; batch < 4; batch += 1) {
      // Each batch by a fresh instance, which knows of no open day.
      const clicks = Array.from({ length: 100 }, () => aClick({ workspaceId, atMs: MADE_MS }));
      expect((await consumer(client, table, delayMs)(clicks)).failed).toEqual([]);
    }
    expect(counter.units / 400).toBeGreaterThanOrEqual(1);
    expect(counter.units / 400).toBeLessThanOrEqual(most);
  });
});

describe('a put of which nothing is heard', () => {
  let proxy: OutageProxy;
  beforeEach(async () => {
    proxy = await openOutageProxy(process.env.AWS_ENDPOINT_URL_DYNAMODB!);
  });
  afterEach(() => proxy.close());
  const through = () => dynamodbClient({ endpoint: proxy.url, maxAttempts: 1 });

  test('fails when its answer is lost, and is found done at the next delivery', async () => {
    const { table, store } = await openDynamodbClicks();
    const click = aClick({ workspaceId: newUuid(), atMs: MADE_MS });
    const client = through();
    await consumer(client, table, 0)([aClick({ workspaceId: click.workspaceId, atMs: MADE_MS })]);
    proxy.loseAnswers();
    expect((await consumer(client, table, 0)([click])).failed).toHaveLength(1);
    proxy.set('works');
    const { counts } = await consumer(through(), table, 5_000)([click]);
    expect(counts.already_there + counts.late).toBe(1);
    expect(await store.find(click.workspaceId, click.clickId)).toMatchObject({ clickId: click.clickId });
  });

  test('is given up after a sixth of the horizon', async () => {
    const { table, store } = await openDynamodbClicks();
    const click = {
      ...aClick({ workspaceId: newUuid(), atMs: MADE_MS }),
      recordedAtMs: MADE_MS,
      late: false,
    };
    proxy.set('hangs');
    const began = performance.now();
    const put = dynamodbClickStore(through(), table).record(click, {
      ttlSeconds: 4_000_000_000,
      abortMs: 300,
    });
    await expect(put).rejects.toMatchObject({ name: expect.stringMatching(/Abort|Timeout/) });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await store.find(click.workspaceId, click.clickId)).toBeUndefined();
    expect(clickMs(click.clickId)).toBe(MADE_MS);
  });
});
