import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { dynamodbClickStore } from '#shared/clicks/click-store.dynamodb.ts';
import { dynamodbTotalsReader } from '#shared/clicks/totals.dynamodb.ts';
import { dynamodbConversionStore } from '#shared/conversions/conversion-store.dynamodb.ts';
import { readEnv } from '#shared/env.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { createApi } from './app.ts';
import { openChain, openCommonTools, openSessionIssuer } from './open-tools.ts';
import { ROUTES } from './routes.ts';
import type { ApiTools } from './tools.ts';

const env = readEnv(
  'WORKSPACES_TABLE',
  'LINKS_TABLE',
  'CLICKS_TABLE',
  'JOBS_TABLE',
  'FILES_BUCKET',
  'EXPORTS_QUEUE_URL',
  'EDGE_SECRET',
  'SHORT_ORIGIN',
  'HORIZON_SECONDS',
  'SESSION_ISSUER',
  'SESSION_JWKS_URL',
  'SESSION_AUDIENCE',
);

const client = dynamodbClient();
const database = documentClient(client);
const common = openCommonTools(database, env, Date.now);
const tools: ApiTools = {
  ...common,
  sessionIssuer: openSessionIssuer(env),
  links: dynamodbLinkStore(database, env.LINKS_TABLE, env.WORKSPACES_TABLE),
  clicks: dynamodbClickStore(client, env.CLICKS_TABLE),
  totals: dynamodbTotalsReader(client, env.CLICKS_TABLE),
  conversions: dynamodbConversionStore(database, env.CLICKS_TABLE),
  sleep,
};

export const handler = createApi('api', ROUTES, tools, openChain(tools, env, new Logger()));
