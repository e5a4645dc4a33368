import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '#shared/problem.ts';
import { ANSWER_HEADERS } from './openapi/headers.ts';
import type { ApiAnswer } from './route.ts';

/** Seconds for which a browser may remember a preflight: long enough to matter, short enough to take an origin back. */
const MAX_AGE_SECONDS = 600;

/** What scripts of other origins may send beside what every script may; signatures come from servers. */
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'prefer',
  'x-api-key',
  'x-nim-api-key',
];

/**
 * The origins whose scripts may read answers, from a list with commas between.
 * @throws Error for what is no origin: scheme, host and, unless it is the scheme's own, port
 */
export function readAllowedOrigins(text: string): ReadonlySet<string> {
  const origins = text
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  const wrong = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong === undefined) return new Set(origins);
  throw new Error(`"${wrong}" is no origin that may be allowed; one looks like https://app.example.com`);
}

type Event = Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>;

/**
 * What lets a script of an allowed origin read an answer: never with the browser's own credentials, so that a key must
 * be sent by whoever has it. Empty where no origin is allowed; else every answer says that it depends on the origin.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function corsHeaders({ headers }: Event, allowed: ReadonlySet<string>): Record<string, string> {
  if (allowed.size === 0) return {};
  const { origin } = headers;
  if (origin === undefined || !allowed.has(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': Object.keys(ANSWER_HEADERS).join(', '),
  };
}

/** True for a browser's question, ahead of a request, whether a script of an allowed origin may make it. */
export const isPreflight = ({ headers, requestContext }: Event, allowed: ReadonlySet<string>): boolean =>
  requestContext.http.method === 'OPTIONS' &&
  headers['access-control-request-method'] !== undefined &&
  allowed.has(headers.origin ?? '');

/**
 * The answer to a preflight. It carries no credential and asks none.
 * @param match  throws for OPTIONS, and says by which methods the path can be had
 */
export function preflightAnswer(match: () => unknown): ApiAnswer {
  try {
    match();
  } catch (refusal) {
    if (!(refusal instanceof Problem) || refusal.code !== 'method_not_allowed') throw refusal;
    return {
      status: 204,
      headers: {
        'access-control-allow-methods': refusal.headers.allow!,
        'access-control-allow-headers': REQUEST_HEADERS.join(', '),
        'access-control-max-age': String(MAX_AGE_SECONDS),
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      },
    };
  }
  throw new Error('a route takes OPTIONS itself, so that no preflight can be answered for it');
}
