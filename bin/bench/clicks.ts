import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Click } from '#shared/clicks/click.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickPages } from '#shared/clicks/read/click-pages.dynamodb.ts';
import { clickReader } from '#shared/clicks/read/read-clicks.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { OpenDays, recordClick } from '#shared/clicks/record/record-click.ts';
import { feed } from '#shared/feed/feed.ts';
import { firstUuidAt, newUlid, newUuid } from '#shared/ids.ts';
import { rollUp } from '#shared/roll-ups/roll-up.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { openAwsClients } from '../local/aws-clients.ts';
import { startEmulators } from '../local/emulators.ts';
import { createTable } from '../local/resources/create-tables.ts';
import type { Bench, Figure } from './bench.ts';
import { countUnits } from './count-units.ts';
import { sampleClick } from './exports/sample-clicks.ts';
import { TABLE_KEYS } from './table-keys.ts';

const CLICKS = 2_000;
/** Lambda instances that share the clicks of a day; each writes the day once. */
const INSTANCES = 10;
const HORIZON = horizonOf(60);
const TABLES = { clicks: 'clicks', workspaces: 'workspaces' };

/** What a click costs from its record to its row, in DynamoDB's units, counted at the SDK client. */
export const clickBenches: Bench[] = [{ name: 'clicks: capacity units', run: capacityUnits }];

async function capacityUnits(): Promise<Figure[]> {
  const emulators = await startEmulators();
  const clients = openAwsClients(emulators.endpoints);
  try {
    for (const name of Object.values(TABLES)) await createTable(clients.dynamoDb, name, TABLE_KEYS);
    const measure = new Measure(clients.dynamoDb);
    return [
      await measure.recorded('click on time, its day included', 0, '≤ 1.3'),
      await measure.recorded('click that comes late', 30_000, ''),
      await measure.rolledUp('roll-up of clicks of 40 links', 40),
      await measure.rolledUp('roll-up of clicks of as many links', CLICKS),
      await measure.read('row read by an export'),
    ];
  } finally {
    clients.destroy();
    await emulators.stop();
  }
}

class Measure {
  readonly #client: DynamoDBClient;
  readonly #counter: { units: number };

  constructor(client: DynamoDBClient) {
    this.#client = client;
    this.#counter = countUnits(client);
  }

  async recorded(work: string, delayMs: number, wanted: string): Promise<Figure> {
    const each = await this.#unitsAClick(() => this.#record(newUuid(), CLICKS, delayMs));
    return figure(work, each, 'write units', wanted, each <= 1.3);
  }

  async rolledUp(work: string, links: number): Promise<Figure> {
    const workspaceId = newUuid();
    const madeMs = await this.#record(workspaceId, links, 0);
    const now = () => madeMs + 2 * HORIZON.horizonMs;
    const pages = dynamodbClickPages(this.#client, TABLES.clicks);
    const tools = {
      feed: feed({ pages, guard: TRUSTED, horizon: HORIZON, now }),
      store: dynamodbRollUpStore(this.#client, TABLES),
      horizon: HORIZON,
      now,
    };
    const each = await this.#unitsAClick(async () => {
      const { events } = await rollUp(workspaceId, Number.POSITIVE_INFINITY, tools);
      if (events !== CLICKS) throw new Error(`${events} clicks were rolled up instead of ${CLICKS}`);
    });
    return figure(work, each, 'read and write units');
  }

  async read(work: string): Promise<Figure> {
    const workspaceId = newUuid();
    const madeMs = await this.#record(workspaceId, CLICKS, 0);
    const reader = clickReader(dynamodbClickPages(this.#client, TABLES.clicks));
    const each = await this.#unitsAClick(async () => {
      const range = { workspaceId, fromMs: madeMs - 1_000, toMs: madeMs + 60_000 };
      for await (const _batch of reader.read(range));
    });
    return figure(work, each, 'read units');
  }

  /** Records clicks over so many links, some time after they were made; gives when that was. */
  async #record(workspaceId: string, links: number, delayMs: number): Promise<number> {
    const madeMs = Date.now();
    const instances = Array.from({ length: INSTANCES }, () => ({
      store: dynamodbClickStore(this.#client, TABLES.clicks),
      guard: TRUSTED,
      horizon: HORIZON,
      findPlan: async () => PLANS.enterprise,
      openDays: new OpenDays(),
      now: () => madeMs + delayMs,
    }));
    const record = async (instance: number): Promise<void> => {
      for (let n = instance; n < CLICKS; n += INSTANCES) {
        await recordClick(aClick(workspaceId, madeMs, n % links, n), instances[instance]!);
      }
    };
    await Promise.all(instances.map((_, instance) => record(instance)));
    return madeMs;
  }

  async #unitsAClick(work: () => Promise<unknown>): Promise<number> {
    const before = this.#counter.units;
    await work();
    return (this.#counter.units - before) / CLICKS;
  }
}

/** One machine has one clock. */
const TRUSTED = { check: async () => undefined };

const aClick = (workspaceId: string, madeMs: number, link: number, n: number): Click => ({
  ...sampleClick(n),
  workspaceId,
  clickId: newUlid(madeMs),
  urlId: firstUuidAt(link + 1),
});

const figure = (work: string, each: number, unit: string, wanted = '', reached = true): Figure => ({
  work,
  against: '',
  measured: `${each.toFixed(2)} ${unit}`,
  wanted,
  reached,
});
