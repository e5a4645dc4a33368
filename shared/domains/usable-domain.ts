import { Problem } from '../problem.ts';
import type { Domain } from '../workspaces/workspace.ts';
import type { WorkspaceStore } from '../workspaces/workspace-store.ts';

/** A domain by its id. @throws Problem 'not_found', also for a domain of another workspace */
export async function findDomain(
  { findDomain: find }: Pick<WorkspaceStore, 'findDomain'>,
  workspaceId: string,
  domainId: string,
): Promise<Domain> {
  const domain = await find(workspaceId, domainId);
  if (domain) return domain;
  throw new Problem('not_found', `There is no domain ${domainId} in this workspace.`, { field: 'domain_id' });
}

/** Why no slug can be taken on a domain now; undefined when one can. */
export function domainProblem({ domain, status }: Domain): Problem | undefined {
  if (status === 'ready') return undefined;
  const field = 'domain_id';
  return status === 'disabled'
    ? new Problem('domain_disabled', `The domain ${domain} is disabled.`, { field })
    : new Problem('custom_domain_not_ready', `The domain ${domain} is not ready for traffic yet.`, { field });
}

/** A domain that takes new slugs. @throws Problem 'not_found', 'domain_disabled' or 'custom_domain_not_ready' */
export async function usableDomain(
  workspaces: Pick<WorkspaceStore, 'findDomain'>,
  workspaceId: string,
  domainId: string,
): Promise<Domain> {
  const domain = await findDomain(workspaces, workspaceId, domainId);
  const problem = domainProblem(domain);
  if (problem) throw problem;
  return domain;
}
