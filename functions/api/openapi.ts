import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { DIALECTS } from '#shared/dialects/dialects.ts';
import { Problem } from '#shared/problem.ts';
import { type Auth, type Route, type RouteDoc, route } from './route.ts';

type AnyRoute = Pick<Route<never>, keyof RouteDoc | 'params' | 'query' | 'body'>;
export type OpenApiDocument = ReturnType<typeof createDocument>;

/** Refusals that any route with a credential can give. */
const COMMON_REFUSALS: Record<number, string> = {
  400: 'Something in the request is not valid; the message names it.',
  401: 'No valid credential.',
  403: 'The credential or the plan does not allow this.',
  404: 'Not in this workspace.',
  429: 'Too many requests; Retry-After says when to come back.',
};

const SECURITY: Record<Auth, Record<string, string[]>[]> = {
  workspace: [{ bearer: [] }, { nimApiKey: [] }, { apiKey: [] }],
  ulink: [{ bearer: [] }],
  conversion: [{ conversionSignature: [], conversionTimestamp: [] }],
  token: [],
  public: [],
};

/** The OpenAPI 3.1 document of a route table; its schemas are those that validate the requests. */
export function openApiDocument(routes: readonly AnyRoute[], serverUrl: string): OpenApiDocument {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const entry of routes) {
    paths[entry.path] ??= {};
    paths[entry.path]![entry.method.toLowerCase()] = operationOf(entry);
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Slugline',
      version: '1.0.0',
      description: 'Short links, click capture, QR codes and exports in your own AWS account.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    paths: paths as ZodOpenApiPathsObject,
    components: { securitySchemes: SECURITY_SCHEMES },
  });
}

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A workspace API key or a session token.' },
  nimApiKey: { type: 'apiKey', in: 'header', name: 'X-Nim-Api-Key' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-KEY' },
  conversionSignature: { type: 'apiKey', in: 'header', name: 'X-Nim-Signature' },
  conversionTimestamp: { type: 'apiKey', in: 'header', name: 'X-Nim-Timestamp' },
} as const;

function operationOf(entry: AnyRoute): ZodOpenApiOperationObject {
  return {
    operationId: operationId(entry),
    summary: entry.summary,
    tags: [entry.tag],
    security: SECURITY[entry.auth],
    requestParams: {
      path: (entry.params as z.ZodObject | undefined) ?? paramsOf(entry.path),
      ...(entry.query ? { query: entry.query as z.ZodObject } : {}),
    },
    ...requestBodyOf(entry),
    responses: responsesOf(entry),
  };
}

const operationId = ({ method, path }: AnyRoute): string =>
  `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(\w)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())}`;

const paramsOf = (path: string): z.ZodObject =>
  z.object(Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, z.string()])));

function requestBodyOf(entry: AnyRoute): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (!entry.body) return {};
  const raw = entry.bodyContentType ?? 'application/octet-stream';
  const contentType = entry.bodyType === 'raw' ? raw : 'application/json';
  return {
    requestBody: {
      required: !entry.body.safeParse(undefined).success,
      content: { [contentType]: { schema: entry.body } },
    },
  };
}

function responsesOf(entry: AnyRoute): ZodOpenApiOperationObject['responses'] {
  const answers = Object.entries(entry.responses).map(([status, { description, schema, contentType }]) => [
    status,
    {
      description,
      ...(schema || contentType
        ? { content: { [contentType ?? 'application/json']: { schema: schema ?? z.string() } } }
        : {}),
    },
  ]);
  const refusals = entry.auth === 'public' ? [] : Object.entries(COMMON_REFUSALS);
  const example = DIALECTS[entry.dialect].problem(new Problem('invalid_request'), {
    requestId: 'request-id',
  }).body;
  return {
    ...Object.fromEntries(
      refusals.map(([status, description]) => [
        status,
        { description, content: { 'application/json': { schema: shapeOf(example) } } },
      ]),
    ),
    ...Object.fromEntries(answers),
  };
}

/** A loose schema with the members of an example: refusals differ by dialect, not by route. */
const shapeOf = (example: object): z.ZodType =>
  z.looseObject(
    Object.fromEntries(
      Object.entries(example).map(([name, value]) => [
        name,
        typeof value === 'string' ? z.string() : z.unknown(),
      ]),
    ),
  );

/** `GET /api/openapi.json`: the table describes itself, so it is passed in when asked. */
export const openApiRoutes = (routes: () => readonly AnyRoute[]): Route<unknown>[] => [
  route<unknown>()({
    method: 'GET',
    path: '/api/openapi.json',
    function: 'api',
    dialect: 'nimriz',
    auth: 'public',
    summary: 'This API as an OpenAPI 3.1 document.',
    tag: 'service',
    responses: {
      200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.literal('3.1.0') }) },
    },
    handler: async ({ origin }) => ({
      status: 200,
      headers: { 'cache-control': 'public, max-age=300' },
      body: openApiDocument(routes(), origin),
    }),
  }),
];
