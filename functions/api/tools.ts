import type { AuthTools } from '#shared/workspaces/authenticate.ts';
import type { RateLimiter } from '#shared/workspaces/rate-limit.ts';
import type { Secrets } from '#shared/workspaces/secrets.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import type { AnalyticsTools } from './analytics.ts';
import type { ConversionRouteTools } from './conversions.ts';
import type { DomainTools } from './domains.ts';
import type { ExportRouteTools } from './exports.ts';
import type { LinkTools } from './links.ts';

/** What every handler may need of the world. */
export type CommonTools = {
  workspaces: WorkspaceStore;
  secrets: Secrets;
  limiter: RateLimiter;
  /** Pattern of short URLs: `https://{domain}`. */
  shortOrigin: string;
  /** ms since the epoch. */
  now(): number;
  /** A UUID version 7. */
  newId(): string;
};

/** All that the handlers of the route table need; each noun names its own part beside its routes. */
export type ApiTools = CommonTools &
  AuthTools &
  AnalyticsTools &
  ConversionRouteTools &
  DomainTools &
  ExportRouteTools &
  LinkTools;
