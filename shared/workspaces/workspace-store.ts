import type { PlanName } from './plans.ts';
import type { ApiKey, Domain, Host, Workspace } from './workspace.ts';

/** What an operator sets beside plan and status. */
export type WorkspaceSettings = Pick<
  Workspace,
  'name' | 'notifyEmail' | 'eventRequestsAMinute' | 'exportRequestsAMinute'
>;

/** What may change of a domain; its host never does. Policy members that are left out stay as they are. */
export type DomainChanges = { status?: Domain['status']; policy?: Partial<Domain['policy']> };

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
  /** The domains of a workspace, oldest first. */
  domains(workspaceId: string): Promise<Domain[]>;
  /** What a host leads to; `host` is lower case, without port. */
  findHost(host: string): Promise<Host | undefined>;
  /** Writes domain and host in one transaction: a host belongs to one domain only. */
  addDomain(domain: Domain): Promise<'created' | 'host_taken'>;
  /** Changes domain and host in one transaction; undefined when the workspace has no such domain. */
  updateDomain(workspaceId: string, domainId: string, changes: DomainChanges): Promise<Domain | undefined>;

  /** The conversion secrets as sealed by conversion-secrets.ts, newest first; empty when there are none. */
  sealedConversionSecrets(workspaceId: string): Promise<readonly string[]>;
  /** Writes the list over the one it was made from; false when that changed meanwhile or the workspace is gone. */
  replaceConversionSecrets(
    workspaceId: string,
    before: readonly string[],
    after: readonly string[],
  ): Promise<boolean>;
};
