import type { PlanName } from './plans.ts';
import type { ApiKey, Domain, Host, Workspace } from './workspace.ts';

/** What an operator sets beside plan and status. */
export type WorkspaceSettings = Pick<
  Workspace,
  'name' | 'notifyEmail' | 'eventRequestsAMinute' | 'exportRequestsAMinute'
>;

/**
 * What may change of a domain; its host never does. Policy members that are left out stay as they are.
 * `provenAtMs`: the host is proven to be the workspace's, which ends the time that the claim has.
 */
export type DomainChanges = {
  status?: Domain['status'];
  policy?: Partial<Domain['policy']>;
  provenAtMs?: number;
  /** Said by the operator alone. */
  stopped?: boolean;
};

/**
 * Workspaces with their domains, hosts, API keys and sealed conversion secrets. Every read is strongly consistent,
 * so a key that was revoked or a workspace that was suspended is refused by the very next request.
 */
export type WorkspaceStore = {
  find(workspaceId: string): Promise<Workspace | undefined>;
  create(workspace: Workspace): Promise<'created' | 'exists'>;
  /** The ids of all workspaces of the deployment, in the order of id. */
  all(): Promise<string[]>;
  /** These three give the changed workspace, undefined when there is none. */
  setPlan(workspaceId: string, plan: PlanName): Promise<Workspace | undefined>;
  setStatus(workspaceId: string, status: Workspace['status']): Promise<Workspace | undefined>;
  setSettings(workspaceId: string, settings: Partial<WorkspaceSettings>): Promise<Workspace | undefined>;

  /** A key by its id, revoked ones too. */
  findKey(keyId: string): Promise<ApiKey | undefined>;
  /** The keys of a workspace, revoked ones too, oldest first. */
  keys(workspaceId: string): Promise<ApiKey[]>;
  createKey(key: ApiKey): Promise<'created' | 'exists'>;
  /** Gives the revoked key, undefined when the workspace has no such key. A second revocation keeps the first instant. */
  revokeKey(workspaceId: string, keyId: string, atMs: number): Promise<ApiKey | undefined>;

  findDomain(workspaceId: string, domainId: string): Promise<Domain | undefined>;
  /** The domains of a workspace, oldest first; claims that have lapsed may be among them. */
  domains(workspaceId: string): Promise<Domain[]>;
  /** What a host leads to whose owner is proven; `host` is lower case, without port. */
  findHost(host: string): Promise<Host | undefined>;
  /**
   * Writes a claim, or a proven domain with its host in one transaction.
   * `claimed`: the workspace has a claim of the host that has not lapsed; `host_taken`: another domain is proven.
   */
  addDomain(domain: Domain): Promise<'created' | 'claimed' | 'host_taken'>;
  /**
   * Changes a domain, and its host if it is proven, in one transaction; undefined when the workspace has no such domain.
   * `host_taken`: another domain was proven first; `stopped`: the operator stopped it, and does not say otherwise.
   */
  updateDomain(
    workspaceId: string,
    domainId: string,
    changes: DomainChanges,
  ): Promise<Domain | 'host_taken' | 'stopped' | undefined>;
  /** Removes a domain, and its host if it is proven, as it was read; false when somebody changed it since. */
  removeDomain(domain: Domain): Promise<boolean>;

  /** The conversion secrets as sealed by conversion-secrets.ts, newest first; empty when there are none. */
  sealedConversionSecrets(workspaceId: string): Promise<readonly string[]>;
  /** Writes the list over the one it was made from; false when that changed meanwhile or the workspace is gone. */
  replaceConversionSecrets(
    workspaceId: string,
    before: readonly string[],
    after: readonly string[],
  ): Promise<boolean>;
};
