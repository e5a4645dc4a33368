import { eventsExportRoutes } from '#functions/stream/events-export.ts';
import type { Route } from '../http/route.ts';
import { analyticsRoutes } from './analytics.ts';
import { conversionRoutes } from './conversions.ts';
import { domainRoutes } from './domains.ts';
import { exportRoutes } from './exports.ts';
import { healthRoutes } from './health.ts';
import { linkRoutes } from './links.ts';
import { openApiRoutes } from './openapi.ts';
import { sessionRoutes } from './session.ts';
import type { ApiTools } from './tools.ts';
import { whoamiRoutes } from './whoami.ts';

/** The routes that the api function serves. */
export const ROUTES: readonly Route<ApiTools>[] = [
  ...sessionRoutes,
  ...whoamiRoutes,
  ...domainRoutes,
  ...linkRoutes,
  ...exportRoutes,
  ...analyticsRoutes,
  ...conversionRoutes,
  ...healthRoutes,
  ...openApiRoutes(() => ROUTE_TABLE),
];

/** The route table, of all functions: OpenAPI, the README's table and the authorisation tests are made from it. */
export const ROUTE_TABLE: readonly Route<never>[] = [...ROUTES, ...eventsExportRoutes];
