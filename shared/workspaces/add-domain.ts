import { Problem } from '../problem.ts';
import { hostName } from './host-name.ts';
import type { Domain } from './workspace.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** What a domain allows unless its owner says otherwise. */
export const DEFAULT_POLICY: Domain['policy'] = {
  allowHttp: false,
  expirationRequired: false,
  expirationChangesAllowed: true,
};

/** They are listed whole, without pages. */
const MAX_DOMAINS = 100;

type Tools = {
  workspaces: Pick<WorkspaceStore, 'domains' | 'addDomain'>;
  /** Whether hosts of the own machine count. */
  laptop: boolean;
  now(): number;
  newId(): string;
};

type NewDomain = {
  workspaceId: string;
  /** As the caller spelled it. */
  host: string;
  status: Domain['status'];
  policy?: Partial<Domain['policy']>;
};

/**
 * Adds a short domain to a workspace.
 * @throws Problem 'invalid_request' for what is no host name, 'conflict' when the host is registered already,
 *   'plan_limit' beyond 100 domains
 */
export async function addDomain(
  tools: Tools,
  { workspaceId, host, status, policy }: NewDomain,
): Promise<Domain> {
  const domain: Domain = {
    domainId: tools.newId(),
    workspaceId,
    domain: hostName(host, tools),
    status,
    policy: { ...DEFAULT_POLICY, ...policy },
    createdAtMs: tools.now(),
  };
  if ((await tools.workspaces.domains(workspaceId)).length >= MAX_DOMAINS) {
    throw new Problem('plan_limit', `The workspace has ${MAX_DOMAINS} domains, which is the most.`);
  }
  if ((await tools.workspaces.addDomain(domain)) === 'host_taken') {
    throw new Problem('conflict', `${domain.domain} is registered already; a host belongs to one domain.`, {
      field: 'domain_name',
    });
  }
  return domain;
}
