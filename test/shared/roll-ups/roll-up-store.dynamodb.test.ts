import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodbClient } from '#shared/aws.ts';
import type { RecordedClick } from '#shared/clicks/click.ts';
import { clickItem } from '#shared/clicks/click-item.ts';
import { totalsKey } from '#shared/clicks/click-keys.ts';
import { newUuid } from '#shared/ids.ts';
import { addTo, type Cell, linkCountsOf } from '#shared/roll-ups/cell.ts';
import { COUNTED_NAMES } from '#shared/roll-ups/counted-names.ts';
import { Fold } from '#shared/roll-ups/fold.ts';
import { applyAll } from '#shared/roll-ups/recount.ts';
import type { CellChange } from '#shared/roll-ups/roll-up-store.ts';
import { utf8Bytes } from '#shared/utf8.ts';
import { aClick } from '#test/support/clicks.ts';
import { openDynamodbClicks, recordAt } from '#test/support/recorded-clicks.ts';

/** What DynamoDB stores in an item at most. */
const ITEM_BYTES = 400 * 1024;

let stores: Awaited<ReturnType<typeof openDynamodbClicks>>;
let workspaceId: string;
let urlId: string;

beforeAll(async () => {
  stores = await openDynamodbClicks();
});
beforeEach(() => {
  workspaceId = newUuid();
  urlId = newUuid();
});

const keyOfTotals = () => {
  const { pk, sk } = totalsKey(workspaceId, urlId);
  return { pk: { S: pk }, sk: { S: sk } };
};

async function storedTotals(): Promise<Record<string, AttributeValue>> {
  const get = new GetItemCommand({ TableName: stores.table, Key: keyOfTotals(), ConsistentRead: true });
  return (await dynamodbClient().send(get)).Item!;
}

/** A number takes at most 21 bytes; the emulator counts other units, so this does not ask it. */
const bytesOf = (item: Record<string, AttributeValue>): number =>
  Object.entries(item).reduce((sum, [name, { S }]) => sum + utf8Bytes(name) + (S ? utf8Bytes(S) : 21), 0);

async function move(changes: CellChange[]): Promise<'done' | 'moved'> {
  const from = await stores.rollUps.findCursor(workspaceId);
  return stores.rollUps.move({ workspaceId, from, to: [1_000, 'X'], changes });
}

/** Folds clicks as they come, in as many moves as it takes. */
async function foldAll(clicks: readonly RecordedClick[]): Promise<void> {
  let fold = new Fold();
  for (const click of clicks) {
    const event = {
      availableAtMs: click.recordedAtMs,
      click: clickItem(click, click.recordedAtMs, click.late, 4e9),
    };
    if (fold.add(event)) continue;
    expect(await move(fold.changes(new Map()))).toBe('done');
    fold = new Fold();
    fold.add(event);
  }
  expect(await move(fold.changes(new Map()))).toBe('done');
}

/** "chrome" in its n-th spelling, and names that nobody has. */
const spelled = (n: number, name: string): string =>
  [...name].map((letter, at) => ((n >> at) & 1 ? letter.toUpperCase() : letter)).join('');

test('fifty thousand names leave an item far below what DynamoDB stores, in whatever order they come', async () => {
  const many = Array.from({ length: 50_000 }, (_, n): RecordedClick => {
    const names = [
      { browserFamily: spelled(n, 'samsung internet'), osFamily: `\u{1F600}${n}` },
      { browserFamily: `Browser ${n}`, osFamily: spelled(n, 'chromium os xxxx') },
    ];
    const click = aClick({ workspaceId, urlId, ...names[n % 2]!, countryCode: spelled(n, 'de') });
    return { ...click, recordedAtMs: Date.UTC(2026, 3, 12), late: false };
  });
  await foldAll(many);
  expect(bytesOf(await storedTotals())).toBeLessThan(ITEM_BYTES / 20);

  const recounted: Cell = {};
  for (const click of many.toReversed()) addTo(recounted, linkCountsOf(click));
  const { la: _, ...counters } = (await stores.cells.totals(workspaceId, [urlId])).get(urlId)!;
  expect(counters).toEqual(recounted);
  expect(Object.keys(counters).length).toBeLessThan(10);
}, 60_000);

/** Every counter that there can be, with a number that takes much room. */
const everyCounter = (): Cell => {
  const prefixes = { device: 'd:', os: 'o:', browser: 'w:', country: 'c:' } as const;
  const names = Object.entries(prefixes).flatMap(([top, prefix]) =>
    ['Other', ...COUNTED_NAMES[top as keyof typeof prefixes]].map((name) => prefix + name),
  );
  return Object.fromEntries(['n', 'b', 's', 'sb', 'i', 'ru', 'ac', ...names].map((name) => [name, 9e15]));
};

test('a repair puts every counter right, more than one expression takes, and all of them fit into an item', async () => {
  const cursor = await stores.rollUps.findCursor(workspaceId);
  const changes: CellChange[] = [{ key: { kind: 'totals', urlId }, add: everyCounter() }];
  const counted: number[] = [];
  const move: typeof stores.rollUps.move = async (one) => {
    counted.push(...one.changes.map((change) => ('add' in change ? Object.keys(change.add).length : 0)));
    return stores.rollUps.move(one);
  };
  expect(await applyAll(workspaceId, cursor, changes, { move })).toBe(true);
  // DynamoDB takes 300 operators an expression; the emulator takes any number.
  expect(Math.max(...counted)).toBeLessThanOrEqual(200);
  expect((await stores.cells.totals(workspaceId, [urlId])).get(urlId)).toEqual(everyCounter());
  expect(bytesOf(await storedTotals())).toBeLessThan(ITEM_BYTES / 20);
});

describe('an item that was filled with names before those were ours', () => {
  const odd = 'x'.repeat(36);
  beforeEach(async () => {
    const counters: Record<string, AttributeValue> = { n: { N: '9400' }, i: { N: '3' }, la: { N: '5000' } };
    for (let n = 0; n < 9_400; n += 1) counters[`w:${odd}${n.toString(36)}`] = { N: '1' };
    const Item = { ...keyOfTotals(), ...counters };
    await dynamodbClient().send(new PutItemCommand({ TableName: stores.table, Item }));
  });
  const add = { n: 1, 'w:Chrome': 1, [`c:${'D'.repeat(30_000)}`]: 1 };

  test('takes counters again, keeps what was counted, and is small', async () => {
    expect(await move([{ key: { kind: 'totals', urlId }, add }])).toBe('done');
    const cell = (await stores.cells.totals(workspaceId, [urlId])).get(urlId);
    expect(cell).toMatchObject({ n: 9_401, i: 3, la: 5_000, 'w:Other': 9_400, 'w:Chrome': 1 });
    expect(Object.keys(await storedTotals()).length).toBeLessThan(12);
    expect(await move([{ key: { kind: 'totals', urlId }, add: { n: 1 } }])).toBe('done');
  });

  test('keeps a conversion that is counted at the same time', async () => {
    const click = aClick({ workspaceId, urlId });
    await recordAt(stores, click);
    const conversion = {
      workspaceId,
      urlId,
      eventId: 'e',
      eventName: 'install' as const,
      eventAtMs: 1,
      clickId: click.clickId,
      orderId: null,
      value: null,
      currency: null,
      receivedAtMs: 1,
    };
    await Promise.all([
      move([{ key: { kind: 'totals', urlId }, add }]),
      ...Array.from({ length: 5 }, (_, n) =>
        stores.conversions.record({ ...conversion, eventId: `e${n}` }, {}).catch(() => undefined),
      ),
    ]);
    const events = (await Array.fromAsync(stores.conversions.read(workspaceId))).flat();
    expect((await stores.totals.find(workspaceId, urlId))!.installs).toBe(3 + events.length);
  });

  test('stays as it is when somebody else has moved the cursor', async () => {
    const from = await stores.rollUps.findCursor(workspaceId);
    await move([{ key: { kind: 'day', day: '20260412' }, add: { n: 1 } }]);
    const changes = [{ key: { kind: 'totals' as const, urlId }, add }];
    expect(await stores.rollUps.move({ workspaceId, from, to: [2_000, 'Y'], changes })).toBe('moved');
    expect(Object.keys(await storedTotals()).length).toBeGreaterThan(9_000);
  });
});
