import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DIALECTS } from '#shared/dialects/dialects.ts';
import { isPassing } from '#shared/passing.ts';
import { Problem } from '#shared/problem.ts';
import type { AccessLogger } from './access-log.ts';
import { type ApiResult, answerOf } from './answer.ts';
import { type Served, servedOf } from './served.ts';

/** Unless the problem knows better: long enough for a throttled table to recover. */
const RETRY_AFTER_SECONDS = 5;

/** Turns what a request threw into its dialect's answer: a Problem as it is, an accident logged and hidden. */
export function problems({ log }: { log: AccessLogger }): MiddlewareObj<APIGatewayProxyEventV2, ApiResult> {
  return {
    onError: (request) => {
      const { event } = request;
      const served = servedOf(event);
      const { requestId } = event.requestContext;
      const problem = problemOf(request.error, requestId, log);
      const { status, body } = DIALECTS[served.dialect].problem(problem, { requestId });
      const retryAfter = retryAfterOf(problem);
      request.response = answerOf(
        { status, body, headers: { ...challenge(status, served), ...problem.headers, ...retryAfter } },
        served.headers,
      );
    },
  };
}

/** What a credential must look like, with every 401. @see https://datatracker.ietf.org/doc/html/rfc9110#section-11.6.1 */
const challenge = (status: number, { route }: Served): Record<string, string> =>
  status === 401 ? { 'www-authenticate': route?.auth === 'conversion' ? 'Nim-Signature' : 'Bearer' } : {};

function problemOf(error: unknown, requestId: string, log: AccessLogger): Problem {
  if (error instanceof Problem) return error;
  const { name, message, stack } = error as Error;
  log.error('request failed', { requestId, errorName: name, errorMessage: message, stack });
  // "Later", not "wrong": the caller gets a 503 and may try again.
  if (isPassing(error)) return new Problem('unavailable', undefined, { cause: error });
  return new Problem('internal_error', undefined, { cause: error });
}

function retryAfterOf(problem: Problem): Record<string, string> {
  const { status } = problem;
  const seconds =
    problem.retryAfterSeconds ?? (status === 429 || status === 503 ? RETRY_AFTER_SECONDS : undefined);
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}
