import { Logger } from '@aws-lambda-powertools/logger';
import { createApi } from '#functions/http/app.ts';
import { openChain, openCommonTools, openSessionIssuer } from '#functions/http/open-tools.ts';
import { bounded, documentClient, dynamodbClient, s3Client } from '#shared/aws.ts';
import { beforeAbort } from '#shared/deadline.ts';
import { readEnv } from '#shared/env.ts';
import { invocationTime } from '#shared/invocation-time.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { s3CodeCache } from '#shared/qr/code-cache.s3.ts';
import { openLinkCodes } from '#shared/qr/link-codes.ts';
import { s3LogoStore } from '#shared/qr/logo-store.s3.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import { dynamodbPresetStore } from '#shared/qr/presets/preset-store.dynamodb.ts';
import { type CodeRouteTools, codeRoutes } from './codes.ts';

/** Of the function's time, which is the gateway's: what is not answered by then is answered as unavailable. */
const ANSWER_RESERVE_MS = 4_000;

const env = readEnv(
  'WORKSPACES_TABLE',
  'LINKS_TABLE',
  'FILES_BUCKET',
  'EDGE_SECRET',
  'EDGE_SECRET_PREVIOUS',
  'SHORT_ORIGIN',
  'ALLOWED_ORIGINS',
  'SESSION_ISSUER',
  'SESSION_JWKS_URL',
  'SESSION_AUDIENCE',
);

const time = invocationTime(ANSWER_RESERVE_MS);
const client = bounded(dynamodbClient(), time);
const database = documentClient(client);
const common = openCommonTools(client, env, Date.now);
const logger = new Logger();
const s3 = bounded(s3Client(), time);
const logos = s3LogoStore(s3, env.FILES_BUCKET);
const presets = dynamodbPresetStore(database, env.WORKSPACES_TABLE);
// Read once, while the instance starts.
const { renderer } = await openRenderer();
const tools: CodeRouteTools = {
  ...common,
  links: dynamodbLinkStore(database, env.LINKS_TABLE),
  openCodes: (workspaceId) =>
    openLinkCodes(workspaceId, {
      presets,
      logos,
      renderer,
      shortOrigin: env.SHORT_ORIGIN,
    }),
  cache: s3CodeCache(s3, env.FILES_BUCKET),
  log: { warn: (message, details) => logger.warn(message, { ...details }) },
};
const chain = openChain({ ...common, sessionIssuer: openSessionIssuer(env) }, env, logger);

export const handler = createApi('qr', codeRoutes, tools, chain, {
  inTime: (context, work) =>
    time.run(context.getRemainingTimeInMillis(), (signal) => beforeAbort(signal, work)),
});
