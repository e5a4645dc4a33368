import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import type { SecretStore } from '#shared/credentials/secret-store.ts';
import { openSecrets, ROTATION_LEAD_MS, rotateSecret } from '#shared/credentials/secrets.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { memorySecretStore } from '#test/support/memory/secret-store.ts';
import { openTables } from '#test/support/resources.ts';

const STORES: [string, () => Promise<SecretStore>][] = [
  ['in memory', async () => memorySecretStore()],
  ['in DynamoDB', async () => dynamodbSecretStore(openDatabase(), (await openTables()).workspaces)],
];

const WEEK_MS = 7 * 86_400_000;

describe.each(STORES)('the deployment secret %s', (_name, open) => {
  let store: SecretStore;
  let nowMs: number;
  const instance = () => openSecrets(store, () => nowMs);
  const hex = async (secrets = instance(), purpose = 'session') => {
    const { current, previous } = await secrets.derive(purpose);
    return { current: current.export().toString('hex'), previous: previous?.export().toString('hex') };
  };

  beforeEach(async () => {
    store = await open();
    nowMs = Date.UTC(2030, 0, 1);
  });

  test('a list that changed meanwhile is not written over', async () => {
    const version = { version: 1, secret: new Uint8Array(32), signsFromMs: 0 };
    expect(await store.replace([{ ...version, version: 7 }], [version])).toBe(false);
    expect(await store.replace([], [version])).toBe(true);
    expect(await store.replace([], [{ ...version, version: 2 }])).toBe(false);
    expect(await store.replace([version], [{ ...version, version: 2 }, version])).toBe(true);
    expect((await store.read()).map((kept) => kept.version)).toEqual([2, 1]);
    expect(Buffer.from((await store.read())[1]!.secret)).toEqual(Buffer.alloc(32));
  });

  test('is made once, whoever comes first', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => hex()));
    expect(new Set(keys.map((key) => key.current)).size).toBe(1);
    expect(keys[0]!.current).toMatch(/^[0-9a-f]{64}$/);
    expect(keys[0]!.previous).toBeUndefined();
  });

  test('gives unrelated keys for different purposes', async () => {
    expect((await hex(instance(), 'session')).current).not.toBe((await hex(instance(), 'cursor')).current);
  });

  test('a new version verifies at once and signs only when everybody has read it', async () => {
    const before = await hex();
    await rotateSecret(store, nowMs);
    const during = await hex();
    expect(during.current).toBe(before.current);
    nowMs += ROTATION_LEAD_MS;
    const after = await hex();
    expect(after).toEqual({ current: during.previous, previous: before.current });
  });

  test('an instance that has read the secret before a rotation knows the new version when it signs', async () => {
    const old = instance();
    await hex(old);
    await rotateSecret(store, nowMs);
    nowMs += ROTATION_LEAD_MS;
    expect(await hex(old)).toEqual(await hex());
  });

  test('is not rotated again while things signed before would die early', async () => {
    await rotateSecret(store, nowMs);
    nowMs += WEEK_MS;
    await expect(rotateSecret(store, nowMs)).rejects.toMatchObject({ code: 'conflict' });
    nowMs += ROTATION_LEAD_MS;
    expect((await rotateSecret(store, nowMs)).version).toBe(3);
    expect(await store.read()).toHaveLength(2);
  });

  test('is rotated early when asked to, but never before the last version signs', async () => {
    await rotateSecret(store, nowMs);
    await expect(rotateSecret(store, nowMs, { early: true })).rejects.toMatchObject({ code: 'conflict' });
    nowMs += ROTATION_LEAD_MS;
    expect((await rotateSecret(store, nowMs, { early: true })).version).toBe(3);
  });
});

describe('reading the deployment secret', () => {
  test('a failed read is tried again by the next caller', async () => {
    const store = memorySecretStore();
    let down = true;
    const flaky: SecretStore = {
      ...store,
      read: async () => {
        if (down) throw new Error('the table does not answer');
        return store.read();
      },
    };
    const secrets = openSecrets(flaky, () => 0);
    await expect(secrets.derive('session')).rejects.toThrow('the table does not answer');
    down = false;
    expect((await secrets.derive('session')).currentId).toBe('v1');
  });

  test('is not repeated within a minute', async () => {
    const store = memorySecretStore();
    let reads = 0;
    let nowMs = 0;
    const counted: SecretStore = {
      ...store,
      read: () => {
        reads += 1;
        return store.read();
      },
    };
    const secrets = openSecrets(counted, () => nowMs);
    await secrets.derive('session');
    const first = reads;
    await secrets.derive('cursor');
    nowMs = 59_999;
    await secrets.derive('cursor');
    expect(reads).toBe(first);
    nowMs = 60_000;
    await secrets.derive('cursor');
    expect(reads).toBe(first + 1);
  });
});
