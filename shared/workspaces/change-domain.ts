import { Problem } from '../problem.ts';
import { hostTaken } from './add-domain.ts';
import { isLapsed, isProven } from './domain-claim.ts';
import { type ProofTools, proveDomain } from './prove-domain.ts';
import type { Domain } from './workspace.ts';
import type { WorkspaceStore } from './workspace-store.ts';

export type ChangeDomainTools = ProofTools & {
  workspaces: Pick<WorkspaceStore, 'findDomain' | 'updateDomain'>;
  now(): number;
};

type DomainChange = {
  workspaceId: string;
  domainId: string;
  status?: 'ready' | 'disabled' | undefined;
  policy?: Partial<Domain['policy']>;
};

/**
 * Changes a domain. One that is to be ready proves its host first, once: whoever has proven it keeps it.
 * @throws Problem 'not_found', also for a domain of another workspace and a claim that has lapsed; 'conflict' when
 *   another workspace proved the host first; what {@link proveDomain} throws
 */
export async function changeDomain(
  tools: ChangeDomainTools,
  { workspaceId, domainId, status, policy = {} }: DomainChange,
): Promise<Domain> {
  const domain = await liveDomain(tools, workspaceId, domainId);
  const proves = status === 'ready' && !isProven(domain);
  if (proves) await proveDomain(domain, tools);
  const after = await tools.workspaces.updateDomain(workspaceId, domainId, {
    ...(status && { status }),
    policy,
    ...(proves && { provenAtMs: tools.now() }),
  });
  if (after === undefined) throw noDomain(domainId);
  if (after === 'host_taken') throw hostTaken(domain.domain);
  return after;
}

/** @throws Problem 'not_found' */
export async function liveDomain(
  { workspaces, now }: { workspaces: Pick<WorkspaceStore, 'findDomain'>; now(): number },
  workspaceId: string,
  domainId: string,
): Promise<Domain> {
  const domain = await workspaces.findDomain(workspaceId, domainId);
  if (domain === undefined || isLapsed(domain, now())) throw noDomain(domainId);
  return domain;
}

const noDomain = (domainId: string): Problem =>
  new Problem('not_found', `There is no domain ${domainId} in this workspace.`);
