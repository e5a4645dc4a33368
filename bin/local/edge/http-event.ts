import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ACCOUNT_ID } from '../aws-environment.ts';
import type { EdgeRequest } from './edge-request.ts';

/** Bodies of these types are handed over as text, all others in base64. */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml)\b|application\/[^;]*\+(?:json|xml)\b)/i;

interface Origin {
  apiId: string;
  domainName: string;
  routeKey: string;
  pathParameters?: Record<string, string>;
  /** When the request came. */
  nowMs: number;
}

/**
 * A request in the payload format 2.0 of HTTP APIs and function URLs.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpEvent(
  request: EdgeRequest,
  body: Buffer,
  { apiId, domainName, routeKey, pathParameters, nowMs }: Origin,
): APIGatewayProxyEventV2 {
  const { cookie, ...sent } = Object.fromEntries(request.headers);
  const headers = { ...sent, host: domainName, 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' };
  const queryStringParameters = joinParameters(request.query);
  const isText = TEXT.test(headers['content-type' as keyof typeof headers] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookie && { cookies: cookie.split(/; */) }),
    headers,
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0]!,
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: sent['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: logTime(new Date(nowMs)),
      timeEpoch: nowMs,
    },
    ...(body.length && { body: body.toString(isText ? 'utf8' : 'base64') }),
    ...(pathParameters && { pathParameters }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Decoded, a repeated parameter joined by commas; undefined without any. */
function joinParameters(query: string): Record<string, string> | undefined {
  if (!query) return undefined;
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

/** `12/Mar/2020:19:03:58 +0000` */
function logTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
