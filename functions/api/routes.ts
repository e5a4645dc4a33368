import { domainRoutes } from './domains.ts';
import { healthRoutes } from './health.ts';
import { openApiRoutes } from './openapi.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session.ts';
import type { ApiTools } from './tools.ts';
import { whoamiRoutes } from './whoami.ts';

/** The route table: API Gateway, the router, OpenAPI, the README's table and the authorisation tests are made from it. */
export const ROUTES: readonly Route<ApiTools>[] = [
  ...sessionRoutes,
  ...whoamiRoutes,
  ...domainRoutes,
  ...healthRoutes,
  ...openApiRoutes(() => ROUTES),
];
