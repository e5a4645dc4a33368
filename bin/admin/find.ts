import { Problem } from '#shared/problem.ts';
import { isLapsed } from '#shared/workspaces/domain-claim.ts';
import type { Domain, Workspace } from '#shared/workspaces/workspace.ts';
import { UsageError } from './admin-error.ts';
import type { Admin } from './command.ts';

/** @throws Problem 'not_found' that names the id */
export async function workspaceById(admin: Admin, workspaceId: string): Promise<Workspace> {
  return found(await admin.workspaces.find(workspaceId), `workspace ${workspaceId}`, 'workspace list');
}

/**
 * The domain of a host: its proven one, else the only claim of it.
 * @param workspace  the workspace whose claim is meant
 * @throws Problem 'not_found' that names the host; UsageError when several workspaces claim it
 */
export async function domainByHost(admin: Admin, name: string, workspace?: string): Promise<Domain> {
  const host = name.toLowerCase();
  const owner = await admin.workspaces.findHost(host);
  const claims = (await liveDomains(admin, workspace ?? owner?.workspaceId)).filter(
    ({ domain }) => domain === host,
  );
  if (claims.length > 1) {
    const claimants = claims.map(({ workspaceId }) => workspaceId).join(', ');
    throw new UsageError(`Several workspaces claim ${host}: ${claimants}; name one with --workspace.`);
  }
  return found(claims[0], `domain ${name}`, 'domain list');
}

/** The domains of a workspace, or of all; without claims that have lapsed. */
export async function liveDomains({ workspaces, now }: Admin, workspaceId?: string): Promise<Domain[]> {
  const ids = workspaceId === undefined ? await workspaces.all() : [workspaceId];
  const domains = (await Promise.all(ids.map((id) => workspaces.domains(id)))).flat();
  return domains.filter((domain) => !isLapsed(domain, now()));
}

/** What a change gave back. @throws Problem 'not_found' when the thing was not there */
export function found<T extends Workspace | Domain>(thing: T | undefined, name: string, list: string): T {
  if (thing !== undefined) return thing;
  throw new Problem('not_found', `There is no ${name}; "${list}" shows those that are.`);
}
