import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createRemoteJWKSet } from 'jose';
import { documentClient } from '#shared/aws.ts';
import { authenticate } from '#shared/credentials/authenticate.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { openSecrets, type Secrets } from '#shared/credentials/secrets.ts';
import type { SessionIssuer } from '#shared/credentials/session.ts';
import { sdkCalls } from '#shared/dynamodb/sdk-calls.dynamodb.ts';
import { edgeSecrets } from '#shared/edge.ts';
import { newUuid } from '#shared/ids.ts';
import { limitRequests } from '#shared/workspaces/limit-requests.ts';
import { dynamodbRateLimiter } from '#shared/workspaces/rate-limit.dynamodb.ts';
import type { RateLimiter } from '#shared/workspaces/rate-limit.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import type { AccessLogger } from './access-log.ts';
import type { ChainTools } from './app.ts';
import { readAllowedOrigins } from './cors.ts';

/** What every handler may need of the world. */
export type CommonTools = {
  workspaces: WorkspaceStore;
  secrets: Secrets;
  limiter: RateLimiter;
  /** Pattern of short URLs: `https://{domain}`. */
  shortOrigin: string;
  /** ms since the epoch. */
  now(): number;
  /** A UUID version 7. */
  newId(): string;
};

type CommonEnv = Record<
  'WORKSPACES_TABLE' | 'SHORT_ORIGIN' | 'EDGE_SECRET' | 'EDGE_SECRET_PREVIOUS' | 'ALLOWED_ORIGINS',
  string
>;

/** The stores that every HTTP function shares, from its environment. */
export function openCommonTools(client: DynamoDBClient, env: CommonEnv, now: () => number): CommonTools {
  const database = documentClient(client);
  return {
    workspaces: dynamodbWorkspaceStore(database, env.WORKSPACES_TABLE),
    secrets: openSecrets(dynamodbSecretStore(database, env.WORKSPACES_TABLE), now),
    limiter: dynamodbRateLimiter(sdkCalls(client), env.WORKSPACES_TABLE),
    shortOrigin: env.SHORT_ORIGIN,
    now,
    newId: newUuid,
  };
}

/** The issuer whose sessions are taken beside our own; undefined when the deployment names none. */
export function openSessionIssuer(
  env: Record<'SESSION_ISSUER' | 'SESSION_JWKS_URL' | 'SESSION_AUDIENCE', string>,
): SessionIssuer | undefined {
  if (env.SESSION_ISSUER === '') return undefined;
  const keys = createRemoteJWKSet(new URL(env.SESSION_JWKS_URL));
  return { issuer: env.SESSION_ISSUER, audience: env.SESSION_AUDIENCE, keys };
}

/** What the chain of an HTTP function needs, from the tools that its handlers share. */
export function openChain(
  tools: CommonTools & { sessionIssuer: SessionIssuer | undefined },
  env: CommonEnv,
  log: AccessLogger,
): ChainTools {
  return {
    edgeSecrets: edgeSecrets(env),
    allowedOrigins: readAllowedOrigins(env.ALLOWED_ORIGINS),
    scheme: tools.shortOrigin.startsWith('http://') ? 'http' : 'https',
    authenticate: (headers, options) => authenticate(headers, tools, options),
    limitRequests: (principal, limit, nowMs) => limitRequests(tools.limiter, principal, limit, nowMs),
    log,
    now: tools.now,
  };
}
