import type { RateLimiter } from '#shared/workspaces/rate-limit.ts';
import type { Secrets } from '#shared/workspaces/secrets.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';

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
