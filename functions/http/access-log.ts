import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ApiResult } from './answer.ts';
import { servedOf } from './served.ts';

/** Where log lines go: powertools' Logger fits. */
export type AccessLogger = {
  info(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
};

type Tools = { log: AccessLogger; now(): number };

/**
 * One line per request. The route's pattern stands for the path, and nothing of query, headers or body is written:
 * paths can hold tokens, queries search words.
 */
export function accessLog({ log, now }: Tools): MiddlewareObj<APIGatewayProxyEventV2, ApiResult> {
  const begun = new WeakMap<object, number>();
  const write = (event: APIGatewayProxyEventV2, response: ApiResult | null | undefined): void => {
    const { route, principal } = servedOf(event);
    log.info('request', {
      method: event.requestContext.http.method,
      route: route?.path ?? 'none',
      status: response?.statusCode ?? 500,
      durationMs: now() - (begun.get(event) ?? now()),
      workspaceId: principal?.workspace.workspaceId,
      keyId: principal?.keyId ?? undefined,
      requestId: event.requestContext.requestId,
    });
  };
  return {
    before: ({ event }) => void begun.set(event, now()),
    after: ({ event, response }) => write(event, response),
    onError: ({ event, response }) => write(event, response),
  };
}
