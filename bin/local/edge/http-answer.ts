import { type EdgeResponse, plainResponse } from './edge-request.ts';

/** What a function may answer with in the payload format 2.0. */
export interface HttpAnswer {
  statusCode: number;
  headers?: Record<string, unknown>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

/**
 * Translates a function's answer as an HTTP API does; anything without a status is the body of a 200.
 * @returns undefined for an answer that API Gateway answers 500 to
 */
export function toEdgeResponse(answer: unknown): EdgeResponse | undefined {
  if (typeof answer === 'string') return plainResponse(200, answer);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer))
    return plainResponse(200, JSON.stringify(answer));
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = answer as HttpAnswer;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof body !== 'string') return undefined;
  const response: EdgeResponse = {
    status,
    headers: headerList(headers, cookies),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
  if (body && !response.headers.some(([name]) => name === 'content-type'))
    response.headers.push(['content-type', 'text/plain; charset=utf-8']);
  return response;
}

/** Header names in lower case, each cookie in a header of its own. */
export const headerList = (
  headers: Record<string, unknown> = {},
  cookies: string[] = [],
): [name: string, value: string][] => [
  ...Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), String(value)]),
  ...cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
];
