import { Problem } from '#shared/problem.ts';
import type { Principal, Scope } from '#shared/workspaces/workspace.ts';

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
