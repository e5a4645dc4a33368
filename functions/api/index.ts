import { Logger } from '@aws-lambda-powertools/logger';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { readEnv } from '#shared/env.ts';
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

const database = documentClient(dynamodbClient());
const common = openCommonTools(database, env, Date.now);
const tools: ApiTools = { ...common, sessionIssuer: openSessionIssuer(env) };

export const handler = createApi('api', ROUTES, tools, openChain(tools, env, new Logger()));
