import { CLAIM_MS } from '#shared/workspaces/domain-claim.ts';
import type { ApiKey, Domain, Workspace } from '#shared/workspaces/workspace.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { openDatabase } from '#test/support/aws-clients.ts';
import { memoryWorkspaceStore } from '#test/support/memory/workspace-store.ts';
import { openTables } from '#test/support/resources.ts';
import { exampleDomain, exampleWorkspace } from '#test/support/workspaces.ts';

const workspace = (workspaceId: string): Workspace => exampleWorkspace({ workspaceId });

const proven = (workspaceId: string, domainId: string, host: string, createdAtMs = 1_000): Domain =>
  exampleDomain({ workspaceId, domainId, domain: host, createdAtMs });
const claim = (workspaceId: string, domainId: string, host: string, createdAtMs = 1_000): Domain => ({
  ...proven(workspaceId, domainId, host, createdAtMs),
  status: 'pending',
  provenAtMs: null,
  lapsesAtMs: createdAtMs + CLAIM_MS,
});
/** The operator's word, or a record that was found. */
const PROOF = { status: 'ready', provenAtMs: 7_000 } as const;

const apiKey = (workspaceId: string, keyId: string, createdAtMs = 1_000): ApiKey => ({
  keyId,
  workspaceId,
  secretSha256: 'ab'.repeat(32),
  scopes: ['links:read', 'qr'],
  createdAtMs,
  revokedAtMs: null,
});

const STORES: [string, () => Promise<WorkspaceStore>][] = [
  ['in memory', async () => memoryWorkspaceStore()],
  ['in DynamoDB', async () => dynamodbWorkspaceStore(openDatabase(), (await openTables()).workspaces)],
];

describe.each(STORES)('workspaces %s', (_name, open) => {
  let store: WorkspaceStore;

  beforeEach(async () => {
    store = await open();
  });

  test('what does not exist is not found and cannot change', async () => {
    expect(await store.find('w1')).toBeUndefined();
    expect(await store.findKey('k1')).toBeUndefined();
    expect(await store.findHost('go.example.com')).toBeUndefined();
    expect(await store.findDomain('w1', 'd1')).toBeUndefined();
    expect(await store.setPlan('w1', 'free')).toBeUndefined();
    expect(await store.setStatus('w1', 'suspended')).toBeUndefined();
    expect(await store.setSettings('w1', { name: 'Other' })).toBeUndefined();
    expect(await store.setSettings('w1', {})).toBeUndefined();
    expect(await store.revokeKey('w1', 'k1', 5)).toBeUndefined();
    expect(await store.updateDomain('w1', 'd1', { status: 'ready' })).toBeUndefined();
    expect(await store.replaceConversionSecrets('w1', [], ['sealed'])).toBe(false);
    expect(await store.all()).toEqual([]);
    expect(await store.find('w1')).toBeUndefined();
  });

  test('a workspace is created once', async () => {
    expect(await store.create(workspace('w1'))).toBe('created');
    expect(await store.create({ ...workspace('w1'), name: 'Usurper' })).toBe('exists');
    expect(await store.find('w1')).toEqual(workspace('w1'));
  });

  test('all workspaces are listed by id', async () => {
    await store.create(workspace('w2'));
    await store.create(workspace('w1'));
    expect(await store.all()).toEqual(['w1', 'w2']);
  });

  test('plan, status and settings change one by one', async () => {
    await store.create(workspace('w1'));
    await store.setPlan('w1', 'free');
    await store.setStatus('w1', 'suspended');
    await store.setSettings('w1', { notifyEmail: 'ops@example.com', eventRequestsAMinute: 90 });
    const changed = {
      ...workspace('w1'),
      plan: 'free',
      status: 'suspended',
      notifyEmail: 'ops@example.com',
      eventRequestsAMinute: 90,
    };
    expect(await store.setSettings('w1', {})).toEqual(changed);
    expect(await store.find('w1')).toEqual(changed);
  });

  test('a key is created once and found with all it holds', async () => {
    expect(await store.createKey(apiKey('w1', 'k1'))).toBe('created');
    expect(await store.createKey(apiKey('w2', 'k1'))).toBe('exists');
    expect(await store.findKey('k1')).toEqual(apiKey('w1', 'k1'));
    expect(await store.keys('w2')).toEqual([]);
  });

  test('the keys of a workspace come oldest first, revoked ones too, others not', async () => {
    await store.createKey(apiKey('w1', 'a', 2_000));
    await store.createKey(apiKey('w1', 'b', 1_000));
    await store.createKey(apiKey('w2', 'c'));
    await store.revokeKey('w1', 'a', 9_000);
    expect((await store.keys('w1')).map((key) => [key.keyId, key.revokedAtMs])).toEqual([
      ['b', null],
      ['a', 9_000],
    ]);
  });

  test("another workspace's key is not revoked", async () => {
    await store.createKey(apiKey('w1', 'k1'));
    expect(await store.revokeKey('w2', 'k1', 5)).toBeUndefined();
    expect((await store.findKey('k1'))?.revokedAtMs).toBeNull();
  });

  test('a second revocation keeps the first instant', async () => {
    await store.createKey(apiKey('w1', 'k1'));
    await store.revokeKey('w1', 'k1', 5_000);
    expect((await store.revokeKey('w1', 'k1', 6_000))?.revokedAtMs).toBe(5_000);
  });

  test('a host belongs to one proven domain only', async () => {
    expect(await store.addDomain(proven('w1', 'd1', 'go.example.com'))).toBe('created');
    expect(await store.addDomain(proven('w2', 'd2', 'go.example.com'))).toBe('host_taken');
    expect(await store.domains('w2')).toEqual([]);
    expect(await store.findHost('go.example.com')).toEqual({
      host: 'go.example.com',
      domainId: 'd1',
      workspaceId: 'w1',
      status: 'ready',
    });
  });

  test('several workspaces may claim a host, each of them once, and a claim is no host', async () => {
    expect(await store.addDomain(claim('w1', 'd1', 'go.example.com'))).toBe('created');
    expect(await store.addDomain(claim('w2', 'd2', 'go.example.com'))).toBe('created');
    expect(await store.addDomain(claim('w1', 'd3', 'go.example.com'))).toBe('claimed');
    expect(await store.domains('w1')).toEqual([claim('w1', 'd1', 'go.example.com')]);
    expect(await store.findHost('go.example.com')).toBeUndefined();
  });

  test('a host is claimed again once the claim has lapsed', async () => {
    await store.addDomain(claim('w1', 'd1', 'go.example.com'));
    expect(await store.addDomain(claim('w1', 'd2', 'go.example.com', 1_000 + CLAIM_MS - 1))).toBe('claimed');
    expect(await store.addDomain(claim('w1', 'd3', 'go.example.com', 1_000 + CLAIM_MS))).toBe('created');
  });

  test('the first proof takes the host, and it is kept', async () => {
    await store.addDomain(claim('w1', 'd1', 'go.example.com'));
    await store.addDomain(claim('w2', 'd2', 'go.example.com'));
    const ready = { ...claim('w2', 'd2', 'go.example.com'), ...PROOF, lapsesAtMs: null };
    expect(await store.updateDomain('w2', 'd2', PROOF)).toEqual(ready);
    expect(await store.findDomain('w2', 'd2')).toEqual(ready);
    expect(await store.updateDomain('w1', 'd1', PROOF)).toBe('host_taken');
    expect(await store.findDomain('w1', 'd1')).toEqual(claim('w1', 'd1', 'go.example.com'));
    expect(await store.findHost('go.example.com')).toMatchObject({ workspaceId: 'w2', status: 'ready' });
    const again = await store.updateDomain('w2', 'd2', { ...PROOF, provenAtMs: 9_000 });
    expect(again).toMatchObject({ provenAtMs: 7_000 });
  });

  test('of many who prove a host at once one gets it', async () => {
    const all = Array.from({ length: 10 }, (_, n) => `w${n}`);
    await Promise.all(all.map((id) => store.addDomain(claim(id, `d-${id}`, 'go.example.com'))));
    const answers = await Promise.all(all.map((id) => store.updateDomain(id, `d-${id}`, PROOF)));
    expect(answers.filter((answer) => answer !== 'host_taken')).toHaveLength(1);
  });

  test('of many who claim a host at once in one workspace one gets it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => store.addDomain(claim('w1', `d${n}`, 'go.example.com'))),
    );
    expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
    expect(await store.domains('w1')).toHaveLength(1);
  });

  test('domains come oldest first, of their workspace only', async () => {
    await store.addDomain(proven('w1', 'a', 'b.example.com', 2_000));
    await store.addDomain(claim('w1', 'b', 'a.example.com', 1_000));
    await store.addDomain(proven('w2', 'c', 'c.example.com'));
    expect((await store.domains('w1')).map(({ domainId }) => domainId)).toEqual(['b', 'a']);
    expect(await store.findDomain('w2', 'a')).toBeUndefined();
  });

  test("another workspace's domain does not change", async () => {
    await store.addDomain(proven('w1', 'd1', 'go.example.com'));
    expect(await store.updateDomain('w2', 'd1', { status: 'disabled' })).toBeUndefined();
    expect((await store.findHost('go.example.com'))?.status).toBe('ready');
  });

  test("a proven domain's status changes with its host, and it stays proven", async () => {
    await store.addDomain(proven('w1', 'd1', 'go.example.com'));
    const changed = await store.updateDomain('w1', 'd1', { status: 'disabled' });
    expect(changed).toEqual({ ...proven('w1', 'd1', 'go.example.com'), status: 'disabled' });
    expect((await store.findHost('go.example.com'))?.status).toBe('disabled');
    expect(await store.updateDomain('w1', 'd1', { status: 'ready' })).toEqual(
      proven('w1', 'd1', 'go.example.com'),
    );
  });

  test('what the operator stopped is made ready by the operator alone, however it looked before', async () => {
    await store.addDomain(proven('w1', 'd1', 'go.example.com'));
    await store.updateDomain('w1', 'd1', { status: 'disabled' });
    await store.updateDomain('w1', 'd1', { status: 'disabled', stopped: true });
    expect(await store.updateDomain('w1', 'd1', { status: 'ready' })).toBe('stopped');
    expect(await store.updateDomain('w1', 'd1', PROOF)).toBe('stopped');
    expect((await store.findHost('go.example.com'))?.status).toBe('disabled');
    expect(await store.updateDomain('w1', 'd1', { policy: { allowHttp: true } })).toMatchObject({
      stopped: true,
    });
    await store.updateDomain('w1', 'd1', { status: 'ready', stopped: false });
    expect((await store.findHost('go.example.com'))?.status).toBe('ready');
    await store.updateDomain('w1', 'd1', { status: 'disabled' });
    expect(await store.updateDomain('w1', 'd1', { status: 'ready' })).toMatchObject({ status: 'ready' });
  });

  test('a claim that is disabled takes no host', async () => {
    await store.addDomain(claim('w1', 'd1', 'go.example.com'));
    expect(await store.updateDomain('w1', 'd1', { status: 'disabled' })).toMatchObject({ provenAtMs: null });
    expect(await store.findHost('go.example.com')).toBeUndefined();
  });

  test('a proven domain is removed with its host, once, and both may come again', async () => {
    const domain = proven('w1', 'd1', 'go.example.com');
    await store.addDomain(domain);
    expect(await store.removeDomain({ ...domain, workspaceId: 'w2' })).toBe(false);
    expect(await store.removeDomain(domain)).toBe(true);
    expect(await store.removeDomain(domain)).toBe(false);
    expect(await store.findDomain('w1', 'd1')).toBeUndefined();
    expect(await store.findHost('go.example.com')).toBeUndefined();
    expect(await store.addDomain(claim('w1', 'd2', 'go.example.com'))).toBe('created');
    expect(await store.addDomain(proven('w2', 'd3', 'go.example.com'))).toBe('created');
  });

  test('a claim is removed without the host, unless it was proven meanwhile', async () => {
    const domain = claim('w1', 'd1', 'go.example.com');
    await store.addDomain(domain);
    await store.addDomain(proven('w2', 'd2', 'go.example.com'));
    expect(await store.removeDomain(domain)).toBe(true);
    expect(await store.findHost('go.example.com')).toMatchObject({ workspaceId: 'w2' });
    const other = claim('w1', 'd3', 'other.example.com');
    await store.addDomain(other);
    await store.updateDomain('w1', 'd3', PROOF);
    expect(await store.removeDomain(other)).toBe(false);
    expect(await store.findHost('other.example.com')).toBeDefined();
  });

  test('members of a policy change one by one, even at once', async () => {
    await store.addDomain(claim('w1', 'd1', 'go.example.com'));
    await Promise.all([
      store.updateDomain('w1', 'd1', { policy: { allowHttp: true } }),
      store.updateDomain('w1', 'd1', { policy: { expirationRequired: true } }),
      store.updateDomain('w1', 'd1', {}),
    ]);
    expect((await store.findDomain('w1', 'd1'))?.policy).toEqual({
      allowHttp: true,
      expirationRequired: true,
      expirationChangesAllowed: true,
    });
  });

  test('sealed conversion secrets are written only over what was read, and are no part of the workspace', async () => {
    await store.create(workspace('w1'));
    expect(await store.sealedConversionSecrets('w1')).toEqual([]);
    expect(await store.replaceConversionSecrets('w1', [], ['one'])).toBe(true);
    expect(await store.replaceConversionSecrets('w1', [], ['two'])).toBe(false);
    expect(await store.replaceConversionSecrets('w1', ['one'], ['two', 'one'])).toBe(true);
    expect(await store.sealedConversionSecrets('w1')).toEqual(['two', 'one']);
    expect(await store.find('w1')).toEqual(workspace('w1'));
  });
});
