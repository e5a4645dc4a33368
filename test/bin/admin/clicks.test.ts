import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { dynamodbClient } from '#shared/aws.ts';
import type { Click } from '#shared/clicks/click.ts';
import { journalLine } from '#shared/clicks/journal.ts';
import { dynamodbClickReader } from '#shared/clicks/read/click-reader.dynamodb.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import type { Cell } from '#shared/roll-ups/cell.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import type { CellKey } from '#shared/roll-ups/roll-up-store.ts';
import { openAdmin } from '#test/support/admin.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { aClick } from '#test/support/clicks.ts';
import { recordAt } from '#test/support/recorded-clicks.ts';

const LINK = '018f0000-0000-7000-8000-000000000001';
const OTHER_LINK = '018f0000-0000-7000-8000-000000000002';

async function open() {
  const { admin, tables, clock } = await openAdmin();
  // Readers compare their clock with the database's.
  clock.nowMs = Date.now();
  const workspaceId = (await admin('workspace', 'create', 'Acme')).out[0] as string;
  const client = dynamodbClient();
  const store = dynamodbClickStore(client, tables.clicks);
  const newClick = (members: Partial<Click> = {}) =>
    aClick({ workspaceId, urlId: LINK, atMs: clock.nowMs - 3_600_000, ...members });
  const record = (members: Partial<Click> = {}) => recordAt({ store }, newClick(members));
  const clicks = async () => {
    const reader = dynamodbClickReader(client, tables.clicks);
    const found = [];
    for await (const batch of reader.read({ workspaceId, fromMs: 0, toMs: clock.nowMs }))
      found.push(...batch);
    return found.length;
  };
  /** Adds to a roll-up what no click stands for. */
  const spoil = async (key: CellKey, add: Cell) => {
    const rollUps = dynamodbRollUpStore(client, tables);
    const from = await rollUps.findCursor(workspaceId);
    await rollUps.move({ workspaceId, from, to: from.position, changes: [{ key, add }] });
  };
  return { admin, tables, workspaceId, record, clicks, newClick, spoil };
}

test.each([['recount'], ['erase']])('%s refuses a workspace that is not there', async (name) => {
  const { admin } = await open();
  expect(await admin(name, 'w9')).toMatchObject({ code: 1, err: expect.stringContaining('no workspace w9') });
});

describe('erase', () => {
  test('without --yes erases nothing and says what it would erase', async () => {
    const { admin, workspaceId, record, clicks } = await open();
    await record();
    const { code, err } = await admin('erase', workspaceId);
    expect({ code, err }).toEqual({
      code: 1,
      err: `This erases all clicks of workspace ${workspaceId} ("Acme") from the tables of a test; add --yes to do it.`,
    });
    expect(await clicks()).toBe(1);
  });

  test('of a link leaves the clicks of others', async () => {
    const { admin, workspaceId, record, clicks } = await open();
    await record();
    await record();
    await record({ urlId: OTHER_LINK });
    const { code, out } = await admin('erase', workspaceId, '--link', LINK, '--yes');
    expect({ code, line: out[0] }).toEqual({
      code: 0,
      line: `2 clicks and 0 conversions of link ${LINK} erased.`,
    });
    expect(await clicks()).toBe(1);
  });

  test('of a workspace leaves none', async () => {
    const { admin, workspaceId, record, clicks } = await open();
    await record();
    await record({ urlId: OTHER_LINK });
    expect((await admin('erase', workspaceId, '--yes')).out[0]).toContain('2 clicks');
    expect(await clicks()).toBe(0);
  });
});

test('recount tells what differs, ends with 1, and puts it right when asked to', async () => {
  const { admin, workspaceId, spoil } = await open();
  expect(await admin('recount', workspaceId)).toEqual({ code: 0, out: ['conversions: equal'], err: '' });
  await spoil({ kind: 'totals', urlId: LINK }, { n: 5 });
  const line = `link ${LINK}: differs (1 roll-ups)`;
  expect(await admin('recount', workspaceId)).toEqual({
    code: 1,
    out: [line, 'conversions: equal'],
    err: '1 of these are not right; --repair puts right what differs.',
  });
  expect((await admin('recount', workspaceId, '--repair')).out[0]).toBe(line.replace('differs', 'repaired'));
  expect((await admin('recount', workspaceId)).code).toBe(0);
});

test('recount --repair takes external ids off conversions that still hold them', async () => {
  const { admin, workspaceId, tables } = await open();
  const key = { pk: `conversion#${workspaceId}`, sk: 'event 1' };
  const conversion = { eventId: 'event 1', eventName: 'sale', clickId: 'x', urlId: LINK };
  const Item = { ...key, ...conversion, externalId: 'customer 1' };
  await openDatabase().send(new PutCommand({ TableName: tables.clicks, Item }));
  const stored = async () => {
    const get = new GetCommand({ TableName: tables.clicks, Key: key, ConsistentRead: true });
    return (await openDatabase().send(get)).Item;
  };
  expect((await admin('recount', workspaceId)).out).toEqual(['conversions: equal']);
  expect(await stored()).toEqual(Item);
  const repaired = ['conversions: equal', 'external ids: taken off 1 conversions'];
  expect((await admin('recount', workspaceId, '--repair')).out).toEqual(repaired);
  expect(await stored()).toEqual({ ...key, ...conversion });
  expect((await admin('recount', workspaceId, '--repair')).out).toEqual(['conversions: equal']);
});

describe('replay', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'slugline-replay-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const fileOf = async (lines: string[]) => {
    const file = join(dir, 'redirect.log');
    await writeFile(file, lines.join('\n'));
    return file;
  };

  test('refuses a file that is not there', async () => {
    const { admin } = await open();
    expect(await admin('replay', join(dir, 'no.log'))).toMatchObject({
      code: 1,
      err: `There is no file ${join(dir, 'no.log')}.`,
    });
  });

  test('records each click once, however often it is run', async () => {
    const { admin, clicks, newClick } = await open();
    const line = journalLine(newClick(), Date.now());
    const file = await fileOf(['START RequestId: 1', line, `2030-01-01 ${line}`, journalLine(newClick(), 1)]);
    expect(await admin('replay', file)).toEqual({
      code: 0,
      out: ['2 clicks recorded, 1 were there already.'],
      err: '',
    });
    expect((await admin('replay', file)).out).toEqual(['0 clicks recorded, 3 were there already.']);
    expect(await clicks()).toBe(2);
  });

  test('names a line that was cut off and ends with 1', async () => {
    const { admin, newClick } = await open();
    const file = await fileOf([journalLine(newClick(), 1).slice(0, 200), journalLine(newClick(), 1)]);
    const { code, out, err } = await admin('replay', file);
    expect({ code, out }).toEqual({ code: 1, out: ['1 clicks recorded, 0 were there already.'] });
    expect(err).toContain('a journal line cannot be read');
  }, 60_000);
});
