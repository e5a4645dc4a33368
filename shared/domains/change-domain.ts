import { Problem } from '../problem.ts';
import { isHeld, isLapsed, isProven } from '../workspaces/domain-claim.ts';
import type { Domain } from '../workspaces/workspace.ts';
import type { WorkspaceStore } from '../workspaces/workspace-store.ts';
import { hostTaken } from './add-domain.ts';
import { type ProofTools, proveDomain } from './prove-domain.ts';

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
 * @throws Problem 'not_found', also for a domain of another workspace and a claim that has lapsed; 'forbidden' for one
 *   that the operator has stopped and that is to be ready; 'conflict' when
 *   another workspace proved the host first; what {@link proveDomain} throws
 */
export async function changeDomain(
  tools: ChangeDomainTools,
  { workspaceId, domainId, status, policy = {} }: DomainChange,
): Promise<Domain> {
  const domain = await liveDomain(tools, workspaceId, domainId);
  if (isHeld(domain, { status })) throw stoppedByOperator(domain);
  const proves = status === 'ready' && !isProven(domain);
  if (proves) await proveDomain(domain, tools);
  const after = await tools.workspaces.updateDomain(workspaceId, domainId, {
    ...(status && { status }),
    policy,
    ...(proves && { provenAtMs: tools.now() }),
  });
  if (after === undefined) throw noDomain(domainId);
  if (after === 'host_taken') throw hostTaken(domain.domain);
  if (after === 'stopped') throw stoppedByOperator(domain);
  return after;
}

/** What the operator has stopped is the operator's to let go on. */
export const stoppedByOperator = ({ domain }: Domain): Problem =>
  new Problem(
    'forbidden',
    `The operator of this deployment has disabled ${domain}; only the operator makes it ready again, or deletes it`,
  );

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
