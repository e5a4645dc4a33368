import type { Dialect } from '#shared/dialects/dialect.ts';
import { DIALECTS } from '#shared/dialects/dialects.ts';
import { Problem } from '#shared/problem.ts';
import type { RequestLimit } from '#shared/workspaces/limit-requests.ts';
import type { Principal, Scope } from '#shared/workspaces/workspace.ts';
import type { Route } from './route.ts';
import type { Served } from './served.ts';

/** What letting a caller in needs of the world. */
export type AdmitTools = {
  /** @throws Problem 'unauthorized', 'account_suspended', or 'not_found' for a workspace that is not the caller's */
  authenticate(
    headers: Readonly<Record<string, string>>,
    options: { workspaceId?: string },
  ): Promise<Principal>;
  /** RateLimit-* headers of a request that may pass. @throws Problem 'rate_limited' */
  limitRequests(principal: Principal, limit: RequestLimit, nowMs: number): Promise<Record<string, string>>;
  now(): number;
};

/** The caller of a route that wants one; the workspace that the path names, rate limit and scope checked, in this order. */
export async function admit(
  headers: Record<string, string>,
  route: Route<never>,
  params: Record<string, string>,
  chain: AdmitTools,
  served: Served,
): Promise<Principal | undefined> {
  if (route.auth !== 'workspace' && route.auth !== 'session') return undefined;
  const named = route.workspaceParam === undefined ? undefined : params[route.workspaceParam];
  const principal = await authenticated(headers, named, chain, served);
  served.principal = principal;
  const { limits, sessionScope }: Dialect = DIALECTS[route.dialect];
  const limit = route.limit ?? limits.requests;
  Object.assign(served.headers, await chain.limitRequests(principal, limit, chain.now()));
  if (route.auth === 'session' && principal.via === 'key') requireScope(principal, sessionScope);
  if (route.scope) requireScope(principal, route.scope);
  return principal;
}

/** The caller, if the workspace that the path names is its own; else it has made a request all the same. */
async function authenticated(
  headers: Record<string, string>,
  workspaceId: string | undefined,
  chain: AdmitTools,
  served: Served,
): Promise<Principal> {
  if (workspaceId === undefined) return chain.authenticate(headers, {});
  try {
    return await chain.authenticate(headers, { workspaceId });
  } catch (refusal) {
    if (refusal instanceof Problem && refusal.code === 'not_found')
      await countRefused(headers, chain, served);
    throw refusal;
  }
}

/**
 * Counts a request that is refused before it has come to a route or a workspace, when its credential is a valid one.
 * @throws Problem 'rate_limited'
 */
export async function countRefused(
  headers: Record<string, string>,
  chain: AdmitTools,
  served: Served,
): Promise<void> {
  const principal = await chain.authenticate(headers, {}).catch((error: unknown) => {
    if (error instanceof Problem) return undefined;
    throw error;
  });
  if (principal === undefined) return;
  served.principal = principal;
  const { limits } = DIALECTS[served.dialect];
  Object.assign(served.headers, await chain.limitRequests(principal, limits.requests, chain.now()));
}

/**
 * @param scope  undefined where none would do
 * @param what  what the scope is needed for, when it is not the route itself
 * @throws Problem 'forbidden' naming the scope that the credential lacks and those that it has
 */
export function requireScope(principal: Principal, scope: Scope | undefined, what = ''): void {
  if (scope === undefined) throw new Problem('forbidden', 'this wants a session; a key does not do');
  if (principal.scopes.has(scope)) return;
  const has = [...principal.scopes].join(' ') || 'none';
  const needed = what === '' ? scope : `${scope}, which ${what} needs`;
  throw new Problem('forbidden', `the credential lacks the scope ${needed}; it has: ${has}`);
}
