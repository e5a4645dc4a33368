import { Readable } from 'node:stream';
import middy from '@middy/core';
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { cameThroughEdge, viewerAddress, viewerHost } from '#shared/edge.ts';
import { Problem } from '#shared/problem.ts';
import { type AccessLogger, accessLog } from './access-log.ts';
import { type AdmitTools, admit, countRefused } from './admit.ts';
import { type ApiResult, answerOf } from './answer.ts';
import { corsHeaders, isPreflight, preflightAnswer } from './cors.ts';
import type { InTime } from './in-time.ts';
import { problems } from './problems.ts';
import { readRequest } from './read-request.ts';
import type { ApiAnswer, ApiRequest, HttpFunction, Route, RouteDoc } from './route.ts';
import { createRouter, type Match } from './router.ts';
import { type Served, servedOf } from './served.ts';

/** What the chain itself needs; the handlers' tools are handed through. */
export type ChainTools = AdmitTools & {
  /** Requests without it did not come through the edge and are refused. */
  edgeSecrets: readonly string[];
  /** Origins whose scripts may read answers. */
  allowedOrigins: ReadonlySet<string>;
  /** `http` on a laptop, where nothing terminates TLS. */
  scheme: 'http' | 'https';
  log: AccessLogger;
};

export type ApiHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<ApiResult>;

export type ApiOptions = {
  streaming?: boolean;
  /** Routes of other functions, which the edge knows by their very paths: a refusal names the right one. */
  elsewhere?: readonly RouteDoc[];
  /** Until an answer begins: work that takes longer is answered as unavailable while somebody still listens. */
  inTime?: InTime;
};

/**
 * The HTTP API as one Lambda handler: Lambda, the local stack and the tests all call it.
 * With `streaming`, for a function URL in RESPONSE_STREAM mode, bodies may be streams.
 * Each request runs: edge check, route, credential, rate limit, scope, schemas, handler; a refusal ends in its dialect.
 */
export function createApi<Tools>(
  servedBy: HttpFunction,
  routes: readonly Route<Tools>[],
  tools: Tools,
  chain: ChainTools,
  { streaming = false, elsewhere = [], inTime = (_, work) => work() }: ApiOptions = {},
): ApiHandler {
  const match = createRouter(
    routes.filter((route) => route.function === servedBy),
    elsewhere,
  );
  /** A key that asks for what is not here uses up its requests as well, and is told how many it has left. */
  const matchOrCount = async (event: APIGatewayProxyEventV2): Promise<Match<Route<Tools>>> => {
    try {
      return match(event.requestContext.http.method, event.rawPath);
    } catch (refusal) {
      await countRefused(event.headers as Record<string, string>, chain, servedOf(event));
      throw refusal;
    }
  };
  const serve = async (event: APIGatewayProxyEventV2): Promise<ApiResult> => {
    const served = servedOf(event);
    Object.assign(served.headers, corsHeaders(event, chain.allowedOrigins));
    if (!cameThroughEdge(event.headers, chain.edgeSecrets)) {
      throw new Problem('forbidden', 'this origin answers only requests that come through its distribution');
    }
    if (isPreflight(event, chain.allowedOrigins)) {
      return answerOf(
        preflightAnswer(() => match('OPTIONS', event.rawPath)),
        served.headers,
      );
    }
    const found = await matchOrCount(event);
    served.route = found.route as Route<never>;
    served.dialect = found.route.dialect;
    const answer = await answerRequest(event, found, tools, chain, served);
    const result = answerOf(answer, served.headers);
    return event.requestContext.http.method === 'HEAD' ? withoutBody(result) : result;
  };
  const handler = middy(
    (event: APIGatewayProxyEventV2, context: Context) => inTime(context, () => serve(event)),
    streaming ? { executionMode: executionModeStreamifyResponse } : {},
  )
    .use(accessLog(chain))
    .use(httpSecurityHeaders(SECURITY_HEADERS))
    .use(problems(chain));
  return handler as unknown as ApiHandler;
}

/** Answers are data, never pages: nothing in them may run, load or be framed. */
const SECURITY_HEADERS = {
  contentSecurityPolicy: { 'default-src': "'none'", 'frame-ancestors': "'none'" },
  crossOriginEmbedderPolicy: false,
  crossOriginOpenerPolicy: false,
  downloadOptions: false,
  dnsPrefetchControl: false,
  originAgentCluster: false,
  permissionsPolicy: false,
  permittedCrossDomainPolicies: false,
} as const;

function withoutBody(result: ApiResult): ApiResult {
  if (result.body instanceof Readable) result.body.destroy();
  return { ...result, body: '', isBase64Encoded: false };
}

async function answerRequest<Tools>(
  event: APIGatewayProxyEventV2,
  { route, params }: Match<Route<Tools>>,
  tools: Tools,
  chain: ChainTools,
  served: Served,
): Promise<ApiAnswer> {
  const headers = event.headers as Record<string, string>;
  const principal = await admit(headers, route as Route<never>, params, chain, served);
  const request = {
    ...readRequest(route, event, params),
    principal,
    headers,
    requestId: event.requestContext.requestId,
    origin: `${chain.scheme}://${viewerHost(headers)}`,
    viewerAddress: viewerAddress(headers),
  } as ApiRequest<never, never, never>;
  return route.handler(request, tools);
}
