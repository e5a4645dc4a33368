import { Readable } from 'node:stream';
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
  const { contentType, ...encoded } = encode(body);
  const type = contentType === undefined ? {} : { 'content-type': contentType };
  const common = { 'cache-control': 'private, no-store', ...type, ...more };
  return { statusCode: status, headers: { ...common, ...lowerCased(headers) }, ...encoded };
}

type Encoded = { body: string | Readable; isBase64Encoded?: true; contentType?: string };

/** Bytes and streams have no type of their own: their handler names it. */
function encode(body: ApiAnswer['body']): Encoded {
  if (body === undefined) return { body: '' };
  if (body instanceof Readable) return { body };
  if (Buffer.isBuffer(body)) return { body: body.toString('base64'), isBase64Encoded: true };
  if (typeof body === 'string') return { body, contentType: 'text/plain; charset=utf-8' };
  return { body: JSON.stringify(body), contentType: JSON_TYPE };
}

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
