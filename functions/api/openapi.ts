import * as z from 'zod';
import { openApiDocument } from '../http/openapi/openapi-document.ts';
import { type Route, route } from '../http/route.ts';

/** `GET /api/openapi.json`: the table describes itself, so it is passed in when asked. */
export const openApiRoutes = (routes: () => readonly Route<never>[]): Route<unknown>[] => [
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
