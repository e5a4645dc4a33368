import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { newChallenge, newUuid } from '../ids.ts';
import { readyDomain } from '../workspaces/domain-claim.ts';
import { type ApiKey, DEFAULT_SCOPES, type Workspace } from '../workspaces/workspace.ts';
import { dynamodbWorkspaceStore } from '../workspaces/workspace-store.dynamodb.ts';
import type { WorkspaceStore } from '../workspaces/workspace-store.ts';
import { createKey, isSecretOf, parseApiKey } from './api-key.ts';
import {
  type ConversionSecretTools,
  conversionSecrets,
  rotateConversionSecret,
} from './conversion-secrets.ts';
import { dynamodbSecretStore } from './secret-store.dynamodb.ts';
import { openSecrets } from './secrets.ts';
import { openSession } from './session.ts';

/** What a caller needs to begin: the ids are public, the other three secret. */
export type Credentials = {
  workspaceId: string;
  domainId: string;
  apiKey: string;
  conversionSecret: string;
  sessionToken: string;
};

type BootstrapOptions = {
  database: DynamoDBDocumentClient;
  /** The Workspaces table. */
  table: string;
  now(): number;
  /** The first short domain. */
  host: string;
  workspaceName: string;
  /** What an earlier run gave: key and secret are kept while they are valid. */
  existing?: Omit<Credentials, 'sessionToken'> | undefined;
};

/**
 * Makes the first workspace with its short domain, a key, a conversion secret and a session.
 * Run again it finds them; key and secret are minted anew only when `existing` lacks valid ones.
 */
export async function bootstrapWorkspace(options: BootstrapOptions): Promise<Credentials> {
  const { database, table, now, existing } = options;
  const workspaces = dynamodbWorkspaceStore(database, table);
  const secrets = openSecrets(dynamodbSecretStore(database, table), now);
  const { workspaceId, domainId } = await ensureWorkspace(workspaces, options);
  const { text: apiKey, key } =
    (await validKey(workspaces, workspaceId, existing?.apiKey)) ??
    (await createKey(workspaces, { workspaceId, scopes: DEFAULT_SCOPES, nowMs: now() }));
  const tools = { workspaces, secrets };
  const conversionSecret =
    (await validConversionSecret(tools, workspaceId, existing?.conversionSecret)) ??
    (await rotateConversionSecret(tools, workspaceId));
  const { token: sessionToken } = await openSession(secrets, key, now());
  return { workspaceId, domainId, apiKey, conversionSecret, sessionToken };
}

/** A workspace as it begins: active, on the plan of those who host themselves. */
export const newWorkspace = (workspaceId: string, name: string, nowMs: number): Workspace => ({
  workspaceId,
  name,
  plan: 'enterprise',
  status: 'active',
  notifyEmail: null,
  eventRequestsAMinute: null,
  exportRequestsAMinute: null,
  createdAtMs: nowMs,
});

/** The workspace and domain that a host leads to; both are made, on the operator's word, when it leads nowhere. */
export async function ensureWorkspace(
  workspaces: WorkspaceStore,
  { host, workspaceName, now }: Pick<BootstrapOptions, 'host' | 'workspaceName' | 'now'>,
): Promise<{ workspaceId: string; domainId: string }> {
  const known = await workspaces.findHost(host);
  if (known !== undefined) return known;
  const workspaceId = newUuid();
  await workspaces.create(newWorkspace(workspaceId, workspaceName, now()));
  const domain = readyDomain({ workspaceId, domain: host }, { now, newId: newUuid, newChallenge });
  await workspaces.addDomain(domain);
  return domain;
}

async function validKey(
  workspaces: WorkspaceStore,
  workspaceId: string,
  text: string | undefined,
): Promise<{ text: string; key: ApiKey } | undefined> {
  const parts = text === undefined ? undefined : parseApiKey(text);
  if (text === undefined || parts === undefined) return undefined;
  const key = await workspaces.findKey(parts.keyId);
  const valid = key?.workspaceId === workspaceId && key.revokedAtMs === null && isSecretOf(key, parts.secret);
  return valid ? { text, key } : undefined;
}

async function validConversionSecret(
  tools: ConversionSecretTools,
  workspaceId: string,
  text: string | undefined,
): Promise<string | undefined> {
  return (await conversionSecrets(tools, workspaceId)).find((secret) => secret === text);
}
