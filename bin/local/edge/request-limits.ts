import { type EdgeRequest, type EdgeResponse, plainResponse } from './edge-request.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MAX_URL_BYTES = 8192;
const MAX_HEAD_BYTES = 20_480;
/** What API Gateway takes of request line and header values. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_API_HEAD_BYTES = 10_240;
/** A body's length at an HTTP API; the same page. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** CloudFront's refusal of a head that names no host, is too large or not ASCII, if it is. */
export function refuseAtEdge(request: EdgeRequest): EdgeResponse | undefined {
  const host = request.headers.get('host');
  // HTTP/1.0 may leave it out; no distribution is found without it.
  if (!host) return htmlResponse(400, 'Bad Request');
  const url = `https://${host}${request.path}${request.query && `?${request.query}`}`;
  if (/[^\x21-\x7E]/.test(url)) return htmlResponse(400, 'Bad Request');
  if (url.length > MAX_URL_BYTES) return htmlResponse(414, 'Request-URI Too Large');
  if (headBytes(request) > MAX_HEAD_BYTES) return htmlResponse(494, 'Request Header Or Cookie Too Large');
  return undefined;
}

/** API Gateway's refusal of a head that CloudFront has let through, if it is too large. */
export function refuseAtApi(request: EdgeRequest): EdgeResponse | undefined {
  if (headBytes(request) <= MAX_API_HEAD_BYTES) return undefined;
  return plainResponse(431, '{"message":"Request Header Fields Too Large"}');
}

function headBytes({ method, path, query, headers }: EdgeRequest): number {
  let bytes = method.length + path.length + query.length;
  for (const [name, value] of headers) bytes += name.length + value.length + ': \r\n'.length;
  return bytes;
}

const htmlResponse = (status: number, reason: string) =>
  plainResponse(status, `<html><body><h1>${status} ${reason}</h1></body></html>\n`, 'text/html');
