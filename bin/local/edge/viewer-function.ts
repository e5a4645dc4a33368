import { runInNewContext } from 'node:vm';
import { type EdgeRequest, type EdgeResponse, plainResponse } from './edge-request.ts';

/** A value in the event of a CloudFront Function. */
interface Value {
  value: string;
  multiValue?: { value: string }[];
}

interface FunctionRequest {
  method: string;
  uri: string;
  querystring: Record<string, Value>;
  headers: Record<string, Value>;
  cookies: Record<string, Value>;
}

interface FunctionResponse {
  statusCode: number;
  headers?: Record<string, Value>;
  body?: string | { encoding: string; data: string };
}

/** What a viewer request becomes: the request that goes on, or the answer. */
export type ViewerResult = { request: EdgeRequest } | { response: EdgeResponse };

/**
 * Prepares the code of a CloudFront Function to run on viewer requests.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function compileViewerFunction(code: string): (request: EdgeRequest) => Promise<ViewerResult> {
  const handler = runInNewContext(`${code}\nhandler`, { console }) as (event: object) => unknown;
  return async (request) => {
    const sent = toFunctionRequest(request);
    const result = (await handler({
      version: '1.0',
      context: { eventType: 'viewer-request', requestId: 'local', distributionId: 'local' },
      viewer: { ip: request.viewer.ip },
      request: structuredClone(sent),
      response: {},
    })) as FunctionRequest | FunctionResponse;
    if ('statusCode' in result) return { response: toResponse(result) };
    return { request: fromFunctionRequest(request, sent, result) };
  };
}

function toFunctionRequest({ method, path, query, headers }: EdgeRequest): FunctionRequest {
  const { cookie, ...others } = Object.fromEntries(headers);
  return {
    method,
    uri: path,
    querystring: collect(query.split('&'), '='),
    headers: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, { value }])),
    cookies: collect((cookie ?? '').split(/; */), '='),
  };
}

function collect(parts: string[], separator: string): Record<string, Value> {
  // Without a prototype: a parameter may be called `constructor`.
  const values: Record<string, Value> = Object.create(null);
  for (const part of parts.filter(Boolean)) {
    const [name = '', ...rest] = part.split(separator);
    const value = rest.join(separator);
    const known = values[name];
    if (!known) values[name] = { value };
    else known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }];
  }
  return values;
}

/** Query and cookies keep their spelling and order, unless the function changed them. */
function fromFunctionRequest(
  request: EdgeRequest,
  sent: FunctionRequest,
  result: FunctionRequest,
): EdgeRequest {
  const isSame = (key: 'querystring' | 'cookies') =>
    JSON.stringify(sent[key]) === JSON.stringify(result[key]);
  const headers = new Map(
    Object.entries(result.headers).map(([name, { value }]) => [name.toLowerCase(), value]),
  );
  const cookie = isSame('cookies') ? request.headers.get('cookie') : join(result.cookies, '; ');
  if (cookie) headers.set('cookie', cookie);
  const query = isSame('querystring') ? request.query : join(result.querystring, '&');
  return { ...request, path: result.uri, query, headers };
}

const join = (values: Record<string, Value>, separator: string) =>
  Object.entries(values)
    .flatMap(([name, { value, multiValue }]) =>
      (multiValue ?? [{ value }]).map((one) => `${name}=${one.value}`),
    )
    .join(separator);

function toResponse({ statusCode, headers = {}, body = '' }: FunctionResponse): EdgeResponse {
  const data = typeof body === 'string' ? body : body.data;
  const response = plainResponse(statusCode, data);
  response.headers = Object.entries(headers).map(([name, { value }]) => [name, value]);
  if (typeof body === 'object' && body.encoding === 'base64') response.body = Buffer.from(data, 'base64');
  return response;
}
