import { codeRoutes } from '#functions/qr/codes.ts';
import { eventsExportRoutes } from '#functions/stream/events-export.ts';
import type { AuthTools } from '#shared/credentials/authenticate.ts';
import type { CommonTools } from '../http/open-tools.ts';
import type { Route } from '../http/route.ts';
import { type AnalyticsTools, analyticsRoutes } from './analytics.ts';
import { type ConversionRouteTools, conversionRoutes } from './conversions.ts';
import { type DomainTools, domainRoutes } from './domains.ts';
import { catalogRoutes } from './exports/catalog.ts';
import { downloadRoutes } from './exports/download.ts';
import type { ExportRouteTools } from './exports/job-answer.ts';
import { jobRoutes } from './exports/jobs.ts';
import { healthRoutes } from './health.ts';
import { changeRoutes } from './links/change.ts';
import { createRoutes } from './links/create.ts';
import { importRoutes } from './links/import.ts';
import { readRoutes } from './links/read.ts';
import type { LinkTools } from './links/tools.ts';
import { openApiRoutes } from './openapi.ts';
import { type LogoRouteTools, logoRoutes } from './qr/logos.ts';
import { type PresetRouteTools, presetRoutes } from './qr/presets.ts';
import { sessionRoutes } from './session.ts';
import { whoamiRoutes } from './whoami.ts';

/** All that the handlers of the route table need; each noun names its own part beside its routes. */
export type ApiTools = CommonTools &
  AuthTools &
  AnalyticsTools &
  ConversionRouteTools &
  DomainTools &
  ExportRouteTools &
  LinkTools &
  LogoRouteTools &
  PresetRouteTools;

/** The routes that the api function serves. */
export const ROUTES: readonly Route<ApiTools>[] = [
  ...sessionRoutes,
  ...whoamiRoutes,
  ...domainRoutes,
  ...createRoutes,
  ...changeRoutes,
  ...readRoutes,
  ...importRoutes,
  ...presetRoutes,
  ...logoRoutes,
  ...jobRoutes,
  ...downloadRoutes,
  ...catalogRoutes,
  ...analyticsRoutes,
  ...conversionRoutes,
  ...healthRoutes,
  ...openApiRoutes(() => ROUTE_TABLE),
];

/** The route table, of all functions: OpenAPI, the README's table and the authorisation tests are made from it. */
export const ROUTE_TABLE: readonly Route<never>[] = [...ROUTES, ...codeRoutes, ...eventsExportRoutes];
