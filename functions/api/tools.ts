import type { AuthTools } from '#shared/workspaces/authenticate.ts';
import type { CommonTools } from '../http/common-tools.ts';
import type { AnalyticsTools } from './analytics.ts';
import type { ConversionRouteTools } from './conversions.ts';
import type { DomainTools } from './domains.ts';
import type { ExportRouteTools } from './exports.ts';
import type { LinkTools } from './links.ts';

/** All that the handlers of the route table need; each noun names its own part beside its routes. */
export type ApiTools = CommonTools &
  AuthTools &
  AnalyticsTools &
  ConversionRouteTools &
  DomainTools &
  ExportRouteTools &
  LinkTools;
