import type { Readable } from 'node:stream';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiAnswer } from './route.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** As Lambda takes it; `body` is a stream only from a function that streams. */
export type ApiResult = Omit<APIGatewayProxyStructuredResultV2, 'body'> & {
  statusCode: number;
  body?: string | Readable;
};

/** An answer as API Gateway takes it (payload format 2.0). Answers are the caller's own business: no cache keeps them. */
export function answerOf(
  { status, headers = {}, body }: ApiAnswer,
  more: Record<string, string> = {},
): ApiResult {
  const common = { 'cache-control': 'private, no-store', ...more };
  if (body === undefined)
    return { statusCode: status, headers: { ...common, ...lowerCased(headers) }, body: '' };
  if (Buffer.isBuffer(body)) {
    return {
      statusCode: status,
      headers: { ...common, ...lowerCased(headers) },
      body: body.toString('base64'),
      isBase64Encoded: true,
    };
  }
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : JSON_TYPE;
  return {
    statusCode: status,
    headers: { ...common, 'content-type': type, ...lowerCased(headers) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
