import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { domainRows } from './domain-rows.dynamodb.ts';
import { type Item, type Key, Rows } from './rows.dynamodb.ts';
import type { ApiKey } from './workspace.ts';
import { profileKey, withoutKey, workspaceFrom, workspaceReader } from './workspace-reader.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** Lists the workspaces; a partition of profiles would need a scan. */
const listingKey = (workspaceId: string): Key => ({ pk: 'deployment', sk: `workspace#${workspaceId}` });
const apiKeyKey = (keyId: string): Key => ({ pk: `key#${keyId}`, sk: 'key' });
/** Names a key of a workspace; the key itself stands under its own id, where a request looks it up. */
const keyNameKey = (workspaceId: string, keyId: string): Key => ({
  pk: `workspace#${workspaceId}`,
  sk: `key#${keyId}`,
});

/** Workspaces in DynamoDB, in the Workspaces table. */
export function dynamodbWorkspaceStore(database: DynamoDBDocumentClient, table: string): WorkspaceStore {
  const rows = new Rows(database, table);
  return { ...workspaceOperations(rows), ...keyOperations(rows), ...domainRows(rows) };
}

type WorkspaceOperations = Pick<
  WorkspaceStore,
  | 'find'
  | 'create'
  | 'all'
  | 'setPlan'
  | 'setStatus'
  | 'setSettings'
  | 'sealedConversionSecrets'
  | 'replaceConversionSecrets'
>;

function workspaceOperations(rows: Rows): WorkspaceOperations {
  const change = async (workspaceId: string, members: Item) => {
    const item = await rows.update(profileKey(workspaceId), members);
    return item && workspaceFrom(item);
  };
  return {
    find: workspaceReader((key) => rows.find(key)).find,
    create: async (workspace) => {
      const { workspaceId } = workspace;
      const created = await rows.createAll([
        { ...profileKey(workspaceId), ...workspace },
        { ...listingKey(workspaceId), workspaceId },
      ]);
      return created ? 'created' : 'exists';
    },
    all: async () =>
      (await rows.list('deployment', 'workspace#', 'workspaceId')).map(
        (item) => (item as { workspaceId: string }).workspaceId,
      ),
    setPlan: (workspaceId, plan) => change(workspaceId, { plan }),
    setStatus: (workspaceId, status) => change(workspaceId, { status }),
    setSettings: (workspaceId, settings) => change(workspaceId, settings),
    sealedConversionSecrets: async (workspaceId) => sealedFrom(await rows.find(profileKey(workspaceId))),
    replaceConversionSecrets: async (workspaceId, before, after) => {
      // Each sealing is random, so the newest one stands for the list.
      const unchanged =
        before[0] === undefined
          ? { expression: 'attribute_not_exists(conversionSecrets)', values: {} }
          : { expression: 'conversionSecrets[0] = :newest', values: { ':newest': before[0] } };
      const item = await rows.update(profileKey(workspaceId), { conversionSecrets: after }, unchanged);
      return item !== undefined;
    },
  };
}

type KeyOperations = Pick<WorkspaceStore, 'findKey' | 'keys' | 'createKey' | 'revokeKey'>;

function keyOperations(rows: Rows): KeyOperations {
  const findKey = async (keyId: string) => {
    const item = await rows.find(apiKeyKey(keyId));
    return item && withoutKey<ApiKey>(item);
  };
  return {
    findKey,
    keys: async (workspaceId) => {
      const names = await rows.list(`workspace#${workspaceId}`, 'key#');
      const found = await Promise.all(names.map((name) => findKey((name as { keyId: string }).keyId)));
      return found.filter((key) => key !== undefined).sort(oldestFirst);
    },
    createKey: async (key) => {
      const created = await rows.createAll([
        { ...apiKeyKey(key.keyId), ...key },
        { ...keyNameKey(key.workspaceId, key.keyId), keyId: key.keyId },
      ]);
      return created ? 'created' : 'exists';
    },
    revokeKey: async (workspaceId, keyId, atMs) => {
      const live = {
        expression: 'workspaceId = :workspaceId AND revokedAtMs = :none',
        values: { ':workspaceId': workspaceId, ':none': null },
      };
      const item = await rows.update(apiKeyKey(keyId), { revokedAtMs: atMs }, live);
      if (item !== undefined) return withoutKey<ApiKey>(item);
      const key = await findKey(keyId);
      return key?.workspaceId === workspaceId ? key : undefined;
    },
  };
}

const oldestFirst = (a: { createdAtMs: number }, b: { createdAtMs: number }) => a.createdAtMs - b.createdAtMs;

const sealedFrom = (item: Item | undefined): readonly string[] =>
  ((item ?? {}) as { conversionSecrets?: string[] }).conversionSecrets ?? [];
