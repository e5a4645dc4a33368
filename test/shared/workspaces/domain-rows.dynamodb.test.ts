import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { CLAIM_MS, DEFAULT_POLICY, pendingDomain } from '#shared/workspaces/domain-claim.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { openTables } from '#test/support/resources.ts';

const HOST = 'go.example.com';
const database = openDatabase();
afterAll(() => database.destroy());

async function open() {
  const { workspaces: table } = await openTables();
  const put = (Item: object) => database.send(new PutCommand({ TableName: table, Item: { ...Item } }));
  const find = async (pk: string, sk: string) =>
    (await database.send(new GetCommand({ TableName: table, Key: { pk, sk } }))).Item;
  /** Items as they were written before hosts had to be proven. */
  const old = async (workspaceId: string, domainId: string, status: string) => {
    const domain = {
      domainId,
      workspaceId,
      domain: HOST,
      status,
      policy: DEFAULT_POLICY,
      createdAtMs: 1_000,
    };
    await put({ pk: `workspace#${workspaceId}`, sk: `domain#${domainId}`, ...domain });
    await put({ pk: `host#${HOST}`, sk: 'host', host: HOST, domainId, workspaceId, status });
    return domain;
  };
  return { store: dynamodbWorkspaceStore(database, table), put, find, old };
}

const PROOF = { status: 'ready', provenAtMs: 9_000 } as const;
const claimOf = (workspaceId: string, domainId: string) =>
  pendingDomain(
    { workspaceId, domain: HOST },
    { now: () => 5_000, newId: () => domainId, newChallenge: () => 'challenge' },
  );

describe('a domain of before there were proofs', () => {
  test.each(['ready', 'disabled'])('that was %s stays its workspace’s', async (status) => {
    const { store, old } = await open();
    await old('w1', 'd1', status);
    expect(await store.findHost(HOST)).toMatchObject({ workspaceId: 'w1', status });
    expect(await store.findDomain('w1', 'd1')).toMatchObject({ status, provenAtMs: 1_000, lapsesAtMs: null });
    await store.addDomain(claimOf('w2', 'd2'));
    expect(await store.updateDomain('w2', 'd2', PROOF)).toBe('host_taken');
    await store.updateDomain('w1', 'd1', { status: 'disabled' });
    await store.updateDomain('w1', 'd1', { status: 'ready' });
    expect(await store.findDomain('w1', 'd1')).toMatchObject({ status: 'ready', provenAtMs: 1_000 });
    expect(await store.findHost(HOST)).toMatchObject({ workspaceId: 'w1', status: 'ready' });
  });

  test('that was pending is a claim with a value, and no host', async () => {
    const { store, old } = await open();
    const domain = await old('w1', 'd1', 'pending');
    expect(await store.findHost(HOST)).toBeUndefined();
    expect(await store.findDomain('w1', 'd1')).toEqual({
      ...domain,
      challenge: 'd1',
      provenAtMs: null,
      lapsesAtMs: 1_000 + CLAIM_MS,
    });
    expect(await store.updateDomain('w1', 'd1', PROOF)).toMatchObject({ status: 'ready' });
    expect(await store.findHost(HOST)).toMatchObject({ workspaceId: 'w1', status: 'ready' });
  });

  test('that was pending does not stand in the way of a proof', async () => {
    const { store, old } = await open();
    await old('w1', 'd1', 'pending');
    await store.addDomain(claimOf('w2', 'd2'));
    expect(await store.updateDomain('w2', 'd2', PROOF)).toMatchObject({ status: 'ready' });
    expect(await store.findHost(HOST)).toMatchObject({ workspaceId: 'w2' });
    expect(await store.updateDomain('w1', 'd1', PROOF)).toBe('host_taken');
  });
});

test('a claim goes by itself when it lapses, and its proof ends that', async () => {
  const { store, find } = await open();
  await store.addDomain(claimOf('w1', 'd1'));
  const ttl = Math.ceil((5_000 + CLAIM_MS) / 1000);
  const places = [
    ['workspace#w1', 'domain#d1'],
    ['workspace#w1', `claim#${HOST}`],
  ] as const;
  for (const [pk, sk] of places) expect(await find(pk, sk)).toMatchObject({ ttl });
  await store.updateDomain('w1', 'd1', PROOF);
  for (const [pk, sk] of places) {
    const item = await find(pk, sk);
    expect(item).toMatchObject({ domainId: 'd1' });
    expect(item).not.toHaveProperty('ttl');
  }
});

test('a domain that others change each time somebody looks is an outage of a second, not an accident', async () => {
  const { workspaces: table } = await openTables();
  const domain = { pk: 'workspace#w', sk: 'domain#d', ...claimOf('w', 'd') };
  // Every transaction meets a change that came before it.
  const busy = {
    send: async (command: object) => {
      if (command instanceof GetCommand) return { Item: domain };
      throw Object.assign(new Error('canceled'), {
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }, { Code: 'None' }],
      });
    },
  } as unknown as typeof database;
  const store = dynamodbWorkspaceStore(busy, table);
  await expect(store.updateDomain('w', 'd', PROOF)).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 1,
  });
});
