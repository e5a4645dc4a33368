import { Problem } from '#shared/problem.ts';
import type { Domain, Host, Workspace } from '#shared/workspaces/workspace.ts';
import type { Admin } from './command.ts';

/** @throws Problem 'not_found' that names the id */
export async function workspaceById(admin: Admin, workspaceId: string): Promise<Workspace> {
  return found(await admin.workspaces.find(workspaceId), `workspace ${workspaceId}`, 'workspace list');
}

/** @throws Problem 'not_found' that names the host */
export async function hostByName(admin: Admin, host: string): Promise<Host> {
  return found(await admin.workspaces.findHost(host.toLowerCase()), `domain ${host}`, 'domain list');
}

/** What a change gave back. @throws Problem 'not_found' when the thing was not there */
export function found<T extends Workspace | Domain | Host>(
  thing: T | undefined,
  name: string,
  list: string,
): T {
  if (thing !== undefined) return thing;
  throw new Problem('not_found', `There is no ${name}; "${list}" shows those that are.`);
}
