import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { bounded, documentClient, dynamodbClient, s3Client, sqsClient } from '#shared/aws.ts';
import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickReader } from '#shared/clicks/read/click-reader.dynamodb.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { dynamodbConversionStore } from '#shared/conversions/conversion-store.dynamodb.ts';
import { beforeAbort } from '#shared/deadline.ts';
import { servedHosts } from '#shared/domains/prove-domain.ts';
import { readEnv } from '#shared/env.ts';
import { exportLog } from '#shared/exports/engine/export-log.ts';
import { s3FileStore } from '#shared/exports/files/file-store.s3.ts';
import { fileFormat } from '#shared/exports/files/formats.ts';
import { sqsJobQueue } from '#shared/exports/jobs/job-queue.sqs.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { SIZES } from '#shared/exports/jobs/timings.ts';
import { exportKind } from '#shared/exports/kinds/kinds.ts';
import { newChallenge } from '#shared/ids.ts';
import { invocationTime } from '#shared/invocation-time.ts';
import { dynamodbDomainClosure } from '#shared/links/domain-closure.dynamodb.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { newSlug } from '#shared/links/slug.ts';
import type { Logo } from '#shared/qr/logo/logo.ts';
import { s3LogoStore } from '#shared/qr/logo-store.s3.ts';
import { linkQrCheck } from '#shared/qr/presets/link-qr-check.ts';
import { dynamodbPresetStore } from '#shared/qr/presets/preset-store.dynamodb.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';
import { createApi } from '../http/app.ts';
import { openChain, openCommonTools, openSessionIssuer } from '../http/open-tools.ts';
import type { ApiTools } from './routes.ts';
import { ROUTE_TABLE, ROUTES } from './routes.ts';

/** Of the function's time, which is the gateway's: what is not answered by then is answered as unavailable. */
const ANSWER_RESERVE_MS = 4_000;

const DNS_TIMEOUT_MS = 2_000;
const DNS_TRIES = 2;

const env = readEnv(
  'WORKSPACES_TABLE',
  'LINKS_TABLE',
  'CLICKS_TABLE',
  'JOBS_TABLE',
  'FILES_BUCKET',
  'EXPORTS_QUEUE_URL',
  'EDGE_SECRET',
  'EDGE_SECRET_PREVIOUS',
  'SHORT_ORIGIN',
  'SHORT_DOMAINS',
  'HORIZON_SECONDS',
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
const log = exportLog(logger);
const horizon = horizonOf(env.HORIZON_SECONDS);
const links = dynamodbLinkStore(database, env.LINKS_TABLE, env.WORKSPACES_TABLE);
const s3 = bounded(s3Client(), time);
const logos = s3LogoStore(s3, env.FILES_BUCKET);
const presets = dynamodbPresetStore(database, env.WORKSPACES_TABLE);
const totals = dynamodbTotalsReader(client, env.CLICKS_TABLE);
const exports = {
  kinds: exportKind,
  formats: fileFormat,
  jobs: dynamodbJobStore(database, env.JOBS_TABLE),
  files: s3FileStore(s3, env.FILES_BUCKET, log),
  queue: sqsJobQueue(bounded(sqsClient(), time), env.EXPORTS_QUEUE_URL),
  sources: {
    links,
    totals,
    clicks: dynamodbClickReader(client, env.CLICKS_TABLE),
    shortOrigin: env.SHORT_ORIGIN,
  },
  sizes: SIZES,
  horizonMs: horizon.horizonMs,
  guard: watchedClock(client, env.CLICKS_TABLE, horizon, common.now),
  now: common.now,
  newId: common.newId,
  sleep,
  random: Math.random,
  log,
};
// Only a laptop has short URLs without TLS, and its front takes every host.
const laptop = env.SHORT_ORIGIN.startsWith('http:');
const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES });
/** Opened by the first upload: few instances ever see one, and it takes the time of many other requests. */
let logoTaker: Promise<(bytes: Uint8Array) => Logo> | undefined;
const openLogoTaker = () => {
  logoTaker ??= import('#shared/qr/open-logo-taker.fs.ts').then((module) => module.openLogoTaker());
  return logoTaker;
};
const tools: ApiTools = {
  ...common,
  laptop,
  serves: laptop ? () => true : servedHosts(env.SHORT_DOMAINS),
  resolveTxt: (name) => resolver.resolveTxt(name),
  newChallenge,
  sessionIssuer: openSessionIssuer(env),
  links,
  closure: dynamodbDomainClosure(database, env.LINKS_TABLE),
  clicks: dynamodbClickStore(client, env.CLICKS_TABLE),
  totals,
  exports,
  conversions: dynamodbConversionStore(client, database, env.CLICKS_TABLE),
  presets,
  logos,
  takeLogo: async (bytes) => (await openLogoTaker())(bytes),
  newSlug: () => newSlug(),
  openQrCheck: (workspace) => linkQrCheck(workspace, { presets, logos }),
  sleep,
};

export const handler = createApi('api', ROUTES, tools, openChain(tools, env, logger), {
  elsewhere: ROUTE_TABLE.filter((route) => route.function !== 'api'),
  inTime: (context, work) =>
    time.run(context.getRemainingTimeInMillis(), (signal) => beforeAbort(signal, work)),
});
