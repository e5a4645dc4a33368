import { isHeld, isLapsed, isProven } from '#shared/workspaces/domain-claim.ts';
import type { ApiKey, Domain, Host, Workspace } from '#shared/workspaces/workspace.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';

const oldestFirst = (a: { createdAtMs: number }, b: { createdAtMs: number }) => a.createdAtMs - b.createdAtMs;

/** Workspaces in memory; what goes in and comes out are copies, as with a database. */
export function memoryWorkspaceStore(): WorkspaceStore {
  const workspaces = new Map<string, Workspace>();
  const keys = new Map<string, ApiKey>();
  const domains = new Map<string, Domain>();
  const hosts = new Map<string, Host>();
  const sealed = new Map<string, readonly string[]>();

  const change = async (workspaceId: string, members: Partial<Workspace>) => {
    const workspace = workspaces.get(workspaceId);
    if (workspace === undefined) return undefined;
    Object.assign(workspace, defined(members));
    return structuredClone(workspace);
  };
  const domainOf = (workspaceId: string, domainId: string) => {
    const domain = domains.get(domainId);
    return domain?.workspaceId === workspaceId ? domain : undefined;
  };

  return {
    find: async (workspaceId) => structuredClone(workspaces.get(workspaceId)),
    create: async (workspace) => {
      if (workspaces.has(workspace.workspaceId)) return 'exists';
      workspaces.set(workspace.workspaceId, structuredClone(workspace));
      return 'created';
    },
    all: async () => [...workspaces.keys()].sort(),
    setPlan: (workspaceId, plan) => change(workspaceId, { plan }),
    setStatus: (workspaceId, status) => change(workspaceId, { status }),
    setSettings: change,

    findKey: async (keyId) => structuredClone(keys.get(keyId)),
    keys: async (workspaceId) =>
      structuredClone([...keys.values()].filter((key) => key.workspaceId === workspaceId).sort(oldestFirst)),
    createKey: async (key) => {
      if (keys.has(key.keyId)) return 'exists';
      keys.set(key.keyId, structuredClone(key));
      return 'created';
    },
    revokeKey: async (workspaceId, keyId, atMs) => {
      const key = keys.get(keyId);
      if (key?.workspaceId !== workspaceId) return undefined;
      key.revokedAtMs ??= atMs;
      return structuredClone(key);
    },

    findDomain: async (workspaceId, domainId) => structuredClone(domainOf(workspaceId, domainId)),
    domains: async (workspaceId) =>
      structuredClone([...domains.values()].filter((domain) => domain.workspaceId === workspaceId)).sort(
        oldestFirst,
      ),
    findHost: async (host) => structuredClone(hosts.get(host)),
    addDomain: async (domain) => {
      const claimed = [...domains.values()].some(
        (one) =>
          one.workspaceId === domain.workspaceId &&
          one.domain === domain.domain &&
          !isLapsed(one, domain.createdAtMs),
      );
      if (claimed) return 'claimed';
      if (isProven(domain) && hosts.has(domain.domain)) return 'host_taken';
      if (isProven(domain)) hosts.set(domain.domain, hostOf(domain));
      domains.set(domain.domainId, structuredClone(domain));
      return 'created';
    },
    updateDomain: async (workspaceId, domainId, changes) => {
      const { status, policy = {}, provenAtMs, stopped } = changes;
      const domain = domainOf(workspaceId, domainId);
      if (domain === undefined) return undefined;
      if (isHeld(domain, changes)) return 'stopped';
      const proves = provenAtMs !== undefined && !isProven(domain);
      if (proves && hosts.has(domain.domain)) return 'host_taken';
      Object.assign(domain, defined({ status, stopped }), proves ? { provenAtMs, lapsesAtMs: null } : {});
      Object.assign(domain.policy, defined(policy));
      if (isProven(domain)) hosts.set(domain.domain, hostOf(domain));
      return structuredClone(domain);
    },
    removeDomain: async ({ workspaceId, domainId, domain, status, provenAtMs }) => {
      const now = domainOf(workspaceId, domainId);
      if (now?.status !== status || now.provenAtMs !== provenAtMs) return false;
      domains.delete(domainId);
      if (provenAtMs !== null) hosts.delete(domain);
      return true;
    },

    sealedConversionSecrets: async (workspaceId) => sealed.get(workspaceId) ?? [],
    replaceConversionSecrets: async (workspaceId, before, after) => {
      const now = sealed.get(workspaceId) ?? [];
      if (!workspaces.has(workspaceId) || now.join() !== before.join()) return false;
      sealed.set(workspaceId, [...after]);
      return true;
    },
  };
}

const hostOf = ({ domain: host, domainId, workspaceId, status }: Domain): Host => ({
  host,
  domainId,
  workspaceId,
  status,
});

const defined = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
