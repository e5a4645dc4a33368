import { type AuthTools, authenticate } from '#shared/credentials/authenticate.ts';
import { bootstrapWorkspace } from '#shared/credentials/bootstrap.dynamodb.ts';
import { conversionSecrets } from '#shared/credentials/conversion-secrets.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { openTables } from '#test/support/resources.ts';

const now = () => Date.UTC(2030, 0, 1);

async function open() {
  const database = openDatabase();
  const { workspaces: table } = await openTables();
  const bootstrap = (given: Partial<Parameters<typeof bootstrapWorkspace>[0]> = {}) =>
    bootstrapWorkspace({ database, table, now, host: 'localhost', workspaceName: 'Demo', ...given });
  const tools: AuthTools & { workspaces: ReturnType<typeof dynamodbWorkspaceStore> } = {
    workspaces: dynamodbWorkspaceStore(database, table),
    secrets: openSecrets(dynamodbSecretStore(database, table), now),
    sessionIssuer: undefined,
    now,
  };
  return { bootstrap, tools };
}

describe('the first workspace', () => {
  test('comes with a ready domain, a key, a conversion secret and a session that all work', async () => {
    const { bootstrap, tools } = await open();
    const made = await bootstrap();
    const byKey = await authenticate({ 'x-api-key': made.apiKey }, tools);
    const bySession = await authenticate({ authorization: `Bearer ${made.sessionToken}` }, tools);
    expect(byKey.workspace).toMatchObject({
      workspaceId: made.workspaceId,
      name: 'Demo',
      plan: 'enterprise',
    });
    expect(byKey.scopes.has('ulink:session')).toBe(false);
    expect(bySession.via).toBe('session');
    expect(await tools.workspaces.findDomain(made.workspaceId, made.domainId)).toMatchObject({
      domain: 'localhost',
      status: 'ready',
    });
    expect(await conversionSecrets(tools, made.workspaceId)).toEqual([made.conversionSecret]);
  });

  test('is found again, and key and secret stay while they are known', async () => {
    const { bootstrap, tools } = await open();
    const first = await bootstrap();
    const again = await bootstrap({ existing: first });
    expect(again).toEqual({ ...first, sessionToken: expect.any(String) });
    expect(await tools.workspaces.all()).toEqual([first.workspaceId]);
    expect(await tools.workspaces.keys(first.workspaceId)).toHaveLength(1);
  });

  test('gets a new key and secret when they were lost', async () => {
    const { bootstrap, tools } = await open();
    const first = await bootstrap();
    const again = await bootstrap();
    expect(again).toMatchObject({ workspaceId: first.workspaceId, domainId: first.domainId });
    expect(again.apiKey).not.toBe(first.apiKey);
    expect(await conversionSecrets(tools, first.workspaceId)).toEqual([
      again.conversionSecret,
      first.conversionSecret,
    ]);
  });

  test.each([
    ['garbage', () => 'slk_garbage'],
    ['another secret', (key: string) => `${key.slice(0, -43)}${'A'.repeat(43)}`],
  ])('does not keep a key that is %s', async (_name, spoil) => {
    const { bootstrap, tools } = await open();
    const first = await bootstrap();
    const again = await bootstrap({ existing: { ...first, apiKey: spoil(first.apiKey) } });
    expect((await authenticate({ 'x-api-key': again.apiKey }, tools)).keyId).not.toBeNull();
    expect(again.conversionSecret).toBe(first.conversionSecret);
  });

  test('does not keep a revoked key, nor what belongs to tables that are gone', async () => {
    const { bootstrap, tools } = await open();
    const first = await bootstrap();
    const [key] = await tools.workspaces.keys(first.workspaceId);
    await tools.workspaces.revokeKey(first.workspaceId, key!.keyId, now());
    expect((await bootstrap({ existing: first })).apiKey).not.toBe(first.apiKey);
    const fresh = await open();
    expect((await fresh.bootstrap({ existing: first })).workspaceId).not.toBe(first.workspaceId);
  });
});
