import { openApiRoutes } from './openapi.ts';
import type { Route } from './route.ts';
import type { ApiTools } from './tools.ts';

/** The route table: API Gateway, the router, OpenAPI, the README's table and the authorisation tests are made from it. */
export const ROUTES: readonly Route<ApiTools>[] = [...openApiRoutes(() => ROUTES)];
