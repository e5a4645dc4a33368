import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { validate } from '#shared/input/validate.ts';
import { Problem } from '#shared/problem.ts';
import { shortened } from '#shared/quoted.ts';
import { parseJson } from './json.ts';
import type { Route } from './route.ts';

/** Unless a route says otherwise. */
export const DEFAULT_BODY_LIMIT_BYTES = 256 * 1024;

/** Validated parts of a request, as the route's schemas give them. */
export type ReadRequest = { params: unknown; query: unknown; body: unknown; rawBody: Buffer };

/**
 * Reads path parameters, query and body of a request by its route's schemas.
 * @throws Problem 'invalid_request' naming the field, 'payload_too_large' or 'unsupported_media_type'
 */
export function readRequest(
  route: Pick<Route<never>, BodyRules | 'params' | 'query' | 'bodyLimitBytes' | 'path'>,
  event: APIGatewayProxyEventV2,
  pathParams: Record<string, string>,
): ReadRequest {
  const rawBody = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (rawBody.length > 0) refuseEncodings(event.headers['content-encoding']);
  const limit = route.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
  if (rawBody.length > limit) {
    throw new Problem(
      'payload_too_large',
      `the body has ${rawBody.length} bytes; at most ${limit} are allowed`,
    );
  }
  return {
    params: route.params ? validate(route.params, pathParams, { where: 'path' }) : pathParams,
    query: readQuery(route.query, event.rawQueryString),
    body: readBody(route, event.headers['content-type'], rawBody),
    rawBody,
  };
}

const NO_QUERY = z.strictObject({});

function readQuery(schema: z.ZodType | undefined, rawQueryString: string): unknown {
  const query = queryOf(rawQueryString);
  return validate(schema ?? NO_QUERY, query, { where: 'query' });
}

/** Query parameters; one that stands several times is an array. API Gateway's own parsing would join them by commas. */
function queryOf(rawQueryString: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  const params = new URLSearchParams(rawQueryString);
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    query[name] = values.length === 1 ? values[0]! : values;
  }
  return { ...query };
}

/** Read as it is, a compressed body would be rubbish; unpacked, its size would be known too late. */
function refuseEncodings(encoding = 'identity'): void {
  if (encoding.trim().toLowerCase() === 'identity' || encoding.trim() === '') return;
  throw new Problem(
    'unsupported_media_type',
    `the body's Content-Encoding is ${shortened(encoding, 40)}; send it as it is, without one`,
  );
}

type BodyRules = 'body' | 'bodyType' | 'secretBody';

function readBody(
  { body: schema, bodyType = 'json', secretBody: secret = false }: Pick<Route<never>, BodyRules>,
  contentType: string | undefined,
  rawBody: Buffer,
): unknown {
  if (bodyType === 'raw') return undefined;
  if (!schema) {
    if (rawBody.length > 0 && rawBody.toString().trim() !== '{}') {
      throw new Problem('invalid_request', 'this route takes no body; none or {} is allowed');
    }
    return undefined;
  }
  if (rawBody.length === 0) {
    if (schema.safeParse(undefined).success) return schema.parse(undefined);
    throw new Problem('invalid_request', 'the body is empty; a JSON object is required');
  }
  refuseOtherTypes(contentType);
  return validate(schema, parseJson(rawBody, { secret }), { where: 'body', secret });
}

/** JSON under any of its media types; a missing type is taken as JSON, as curl users expect of an API. */
function refuseOtherTypes(contentType: string | undefined): void {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType === '' || mediaType === 'application/json' || /^application\/[\w.-]+\+json$/.test(mediaType))
    return;
  throw new Problem(
    'invalid_request',
    `the content type is ${shortened(mediaType, 80)}; application/json is required`,
  );
}
