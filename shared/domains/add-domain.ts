import { Problem } from '../problem.ts';
import { isLapsed, pendingDomain, readyDomain } from '../workspaces/domain-claim.ts';
import type { Domain } from '../workspaces/workspace.ts';
import type { WorkspaceStore } from '../workspaces/workspace-store.ts';
import { hostName } from './host-name.ts';

/** They are listed whole, without pages. */
const MAX_DOMAINS = 100;

type Tools = {
  workspaces: Pick<WorkspaceStore, 'domains' | 'findHost' | 'addDomain'>;
  /** Whether hosts of the own machine count. */
  laptop: boolean;
  now(): number;
  newId(): string;
  newChallenge(): string;
};

type NewDomain = {
  workspaceId: string;
  /** As the caller spelled it. */
  host: string;
  /** `ready` is the operator's word; anybody else begins with a claim. */
  status: 'pending' | 'ready';
  policy?: Partial<Domain['policy']>;
};

/**
 * Adds a short domain to a workspace. Several workspaces may claim a host, until one of them proves that it is theirs.
 * @throws Problem 'invalid_request' for what is no host name, 'conflict' when the workspace has claimed the host or it
 *   is another one's, 'plan_limit' beyond 100 domains
 */
export async function addDomain(
  tools: Tools,
  { workspaceId, host, status, policy = {} }: NewDomain,
): Promise<Domain> {
  const named = { workspaceId, domain: hostName(host, tools), policy };
  const domain = status === 'ready' ? readyDomain(named, tools) : pendingDomain(named, tools);
  const live = (await tools.workspaces.domains(workspaceId)).filter((one) => !isLapsed(one, tools.now()));
  // Claims of before there were proofs are seen here alone.
  if (live.some((one) => one.domain === domain.domain)) throw alreadyYours(domain.domain);
  if (live.length >= MAX_DOMAINS) {
    throw new Problem('plan_limit', `The workspace has ${MAX_DOMAINS} domains, which is the most.`);
  }
  if ((await tools.workspaces.findHost(domain.domain)) !== undefined) throw hostTaken(domain.domain);
  const outcome = await tools.workspaces.addDomain(domain);
  if (outcome === 'claimed') throw alreadyYours(domain.domain);
  if (outcome === 'host_taken') throw hostTaken(domain.domain);
  return domain;
}

const alreadyYours = (host: string): Problem =>
  new Problem('conflict', `${host} is a domain of this workspace already.`, { field: 'domain_name' });

/** Somebody else proved that a host is theirs. */
export const hostTaken = (host: string): Problem =>
  new Problem('conflict', `${host} is registered already; a host belongs to one domain.`, {
    field: 'domain_name',
  });
