import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route, RouteDoc } from '../route.ts';
import { AnswerBook } from './answers.ts';
import { SECURITY, SECURITY_SCHEMES } from './credentials.ts';
import { exampleOf } from './examples.ts';
import { headerComponents, headerParameters } from './headers.ts';

type AnyRoute = Pick<Route<never>, keyof RouteDoc | 'params' | 'query' | 'body'>;
export type OpenApiDocument = ReturnType<typeof createDocument>;

/** The OpenAPI 3.1 document of a route table; its schemas are those that validate the requests. */
export function openApiDocument(routes: readonly AnyRoute[], serverUrl: string): OpenApiDocument {
  const book = new AnswerBook(routes);
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const entry of routes) {
    paths[entry.path] ??= {};
    paths[entry.path]![entry.method.toLowerCase()] = operationOf(entry, book);
  }
  const document = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Slugline',
      version: '1.0.0',
      description:
        'Short links, click capture, QR codes and exports in your own AWS account. GET routes answer HEAD too, without a body. Every answer also has the headers that keep browsers from running, framing or guessing the type of it (Content-Security-Policy, X-Content-Type-Options and their kin).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    tags: [...new Set(routes.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths: paths as ZodOpenApiPathsObject,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      headers: headerComponents(),
      parameters: headerParameters() as never,
      responses: book.components,
    },
  });
  addExamples(document);
  return document;
}

type Media = { schema?: { type?: string; $ref?: string }; example?: unknown; examples?: unknown };

/** Shows a whole body of each request and answer in JSON that does not show one already. */
function addExamples(document: OpenApiDocument): void {
  const resolve = (reference: string): object =>
    document.components!.schemas![reference.replace('#/components/schemas/', '')] as object;
  for (const operation of Object.values(document.paths ?? {}).flatMap((path) => Object.values(path ?? {}))) {
    const { requestBody, responses } = operation as {
      requestBody?: Content;
      responses: Record<string, Content>;
    };
    for (const { content = {} } of [...(requestBody ? [requestBody] : []), ...Object.values(responses)]) {
      const media = content['application/json'];
      if (!media?.schema || media.example !== undefined || media.examples !== undefined) continue;
      media.example = exampleOf(media.schema, resolve);
    }
  }
}

type Content = { content?: Record<string, Media> };

function operationOf(entry: AnyRoute, book: AnswerBook): ZodOpenApiOperationObject {
  return {
    operationId: operationId(entry),
    summary: entry.summary,
    tags: [entry.tag],
    security: SECURITY[entry.auth],
    requestParams: {
      path: (entry.params as z.ZodObject | undefined) ?? paramsOf(entry.path),
      ...(entry.query ? { query: entry.query as z.ZodObject } : {}),
    },
    parameters: (entry.requestHeaders ?? []).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ...requestBodyOf(entry),
    responses: book.answersOf(entry) as ZodOpenApiOperationObject['responses'],
  };
}

const operationId = ({ method, path }: AnyRoute): string =>
  `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(\w)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())}`;

const paramsOf = (path: string): z.ZodObject =>
  z.object(Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, z.string()])));

function requestBodyOf(entry: AnyRoute): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (!entry.body) return {};
  return {
    requestBody: {
      required: !entry.body.safeParse(undefined).success,
      content: {
        [entry.bodyContentType ?? 'application/json']: {
          schema: entry.body,
          ...(entry.bodyExample === undefined ? {} : { example: entry.bodyExample }),
        },
      },
    },
  };
}
