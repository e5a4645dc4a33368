import { Logger } from '@aws-lambda-powertools/logger';
import { createApi } from '#functions/http/app.ts';
import { answerWithin } from '#functions/http/in-time.ts';
import { openChain, openCommonTools, openSessionIssuer } from '#functions/http/open-tools.ts';
import { dynamodbClient } from '#shared/aws.ts';
import { dynamodbClickReader } from '#shared/clicks/read/click-reader.dynamodb.ts';
import { EDGE_HEADERS } from '#shared/edge.ts';
import { readEnv } from '#shared/env.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';
import { eventsExportRoutes } from './events-export.ts';

/**
 * An answer that has not begun by then is answered as unavailable: the edge waits 60 s for its first byte. What
 * breaks later, breaks the stream.
 */
const ANSWER_MS = 25_000;
const ANSWER_RESERVE_MS = 4_000;

const env = readEnv(
  'WORKSPACES_TABLE',
  'CLICKS_TABLE',
  'EDGE_SECRET',
  'EDGE_SECRET_PREVIOUS',
  'SHORT_ORIGIN',
  'ALLOWED_ORIGINS',
  'SESSION_ISSUER',
  'SESSION_JWKS_URL',
  'SESSION_AUDIENCE',
);

const client = dynamodbClient();
const common = openCommonTools(client, env, Date.now);
const tools = {
  ...common,
  clicks: dynamodbClickReader(client, env.CLICKS_TABLE),
  totals: dynamodbTotalsReader(client, env.CLICKS_TABLE),
};
const chain = openChain({ ...common, sessionIssuer: openSessionIssuer(env) }, env, new Logger());

/** The edge moves Authorization aside on its way to a function URL, where AWS would take it for its own. */
const withAuthorization: typeof chain.authenticate = (
  { [EDGE_HEADERS.authorization]: moved, ...headers },
  options,
) => chain.authenticate(moved === undefined ? headers : { ...headers, authorization: moved }, options);

export const handler = createApi(
  'stream',
  eventsExportRoutes,
  tools,
  { ...chain, authenticate: withAuthorization },
  {
    streaming: true,
    inTime: answerWithin(ANSWER_MS, ANSWER_RESERVE_MS),
  },
);
