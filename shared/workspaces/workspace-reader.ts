import type { FindItem } from '../dynamodb/call-items.ts';
import type { Host, Workspace } from './workspace.ts';
import type { WorkspaceStore } from './workspace-store.ts';

type Item = Record<string, unknown>;

export const profileKey = (workspaceId: string) => ({ pk: `workspace#${workspaceId}`, sk: 'profile' });
/** Proven domains; those of before there were proofs may stand there pending, and count for nothing. */
export const hostKey = (host: string) => ({ pk: `host#${host}`, sk: 'host' });

/**
 * The look-ups of workspaces that a redirect needs, without the rest of the store in its bundle.
 * @param find  in the Workspaces table
 */
export const workspaceReader = (find: FindItem): Pick<WorkspaceStore, 'find' | 'findHost'> => ({
  find: async (workspaceId) => {
    const item = await find(profileKey(workspaceId));
    return item && workspaceFrom(item);
  },
  findHost: async (host) => {
    const item = await find(hostKey(host));
    return item && provenHost(item);
  },
});

function provenHost(item: Item): Host | undefined {
  const { host, domainId, workspaceId, status, provenAtMs } = item as Host & { provenAtMs?: number };
  if (status === 'pending' && provenAtMs === undefined) return undefined;
  return { host, domainId, workspaceId, status };
}

export function withoutKey<T>(item: Item): T {
  const { pk: _pk, sk: _sk, ...rest } = item;
  return rest as T;
}

export function workspaceFrom(item: Item): Workspace {
  const { conversionSecrets: _sealed, ...workspace } = withoutKey<Item>(item);
  return workspace as Workspace;
}
