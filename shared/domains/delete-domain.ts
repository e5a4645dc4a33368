import { Problem } from '../problem.ts';
import { isProven } from '../workspaces/domain-claim.ts';
import type { Domain } from '../workspaces/workspace.ts';
import type { WorkspaceStore } from '../workspaces/workspace-store.ts';
import { liveDomain } from './change-domain.ts';
import type { DomainClosure } from './domain-closure.ts';

export type DeleteDomainTools = {
  workspaces: Pick<WorkspaceStore, 'findDomain' | 'removeDomain'>;
  closure: DomainClosure;
  now(): number;
  newId(): string;
};

type Deletion = {
  workspaceId: string;
  domainId: string;
  /** How long links are looked for; beyond it nothing is deleted. */
  budgetMs: number;
};

/** How long a closure outlives the search: for the writes that follow, and clocks that differ. */
const CLOSURE_MARGIN_MS = 60_000;
/** A domain without links stays closed for the requests that still know it. */
const SEALED_MS = 86_400_000;

/**
 * Deletes a domain or a claim. Links that are made meanwhile are refused, so none is left without its domain.
 * @throws Problem 'not_found', also for a domain of another workspace and one that is deleted; 'domain_in_use' while
 *   links live there; 'conflict' when somebody changes or deletes it at the same time; 'unavailable' when the workspace
 *   has so many links that the time does not suffice
 */
export async function deleteDomain(tools: DeleteDomainTools, deletion: Deletion): Promise<Domain> {
  const { workspaceId, domainId } = deletion;
  const domain = await liveDomain(tools, workspaceId, domainId);
  // What is not proven has never taken a link.
  if (isProven(domain)) await sealEmpty(domain, tools, deletion.budgetMs);
  if (await tools.workspaces.removeDomain(domain)) return domain;
  await liveDomain(tools, workspaceId, domainId);
  throw changedMeanwhile(domain);
}

/** Makes sure that no link lives on the domain, and that none will. */
async function sealEmpty(domain: Domain, tools: DeleteDomainTools, budgetMs: number): Promise<void> {
  const { domainId, workspaceId, createdAtMs: sinceMs } = domain;
  const nowMs = tools.now();
  const closure = { domainId, token: tools.newId(), untilMs: nowMs + budgetMs + CLOSURE_MARGIN_MS, nowMs };
  const state = await tools.closure.close(closure);
  if (state === 'sealed') return;
  if (state === 'busy') throw changedMeanwhile(domain);
  const isLate = () => tools.now() > nowMs + budgetMs;
  const used = await tools.closure
    .hasLinks({ workspaceId, domainId, sinceMs }, isLate)
    .catch(async (error) => {
      await tools.closure.reopen(closure);
      throw error;
    });
  if (used !== false) {
    await tools.closure.reopen(closure);
    throw used ? inUse(domain) : tooLong(domain);
  }
  const sealedAtMs = tools.now();
  const sealed = { ...closure, untilMs: sealedAtMs + SEALED_MS, nowMs: sealedAtMs };
  if (!(await tools.closure.seal(sealed))) throw changedMeanwhile(domain);
}

const inUse = ({ domain }: Domain): Problem =>
  new Problem('domain_in_use', `Links live on ${domain}; delete them first, or disable the domain`);

const tooLong = ({ domain }: Domain): Problem =>
  new Problem(
    'unavailable',
    `the workspace has so many links that there was no time to see whether any lives on ${domain}; its operator deletes it with "admin domain delete"`,
    { retryAfterSeconds: 60 },
  );

const changedMeanwhile = ({ domain }: Domain): Problem =>
  new Problem('conflict', `Somebody else is changing or deleting ${domain} at the same time; try again`);
