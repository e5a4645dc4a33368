import { PLANS, type Plan } from '#shared/workspaces/plans.ts';
import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';

/** A change of plan reaches the clicks recorded from then on within this. */
const REMEMBERED_MS = 60_000;
const LIMIT = 10_000;

/** The plans of workspaces, asked for once a minute each; an unknown workspace is asked for each time. */
export function rememberedPlans(
  workspaces: Pick<WorkspaceStore, 'find'>,
  now: () => number,
): (workspaceId: string) => Promise<Plan | undefined> {
  const plans = new Map<string, { plan: Promise<Plan | undefined>; atMs: number }>();
  const look = async (workspaceId: string): Promise<Plan | undefined> => {
    const workspace = await workspaces.find(workspaceId);
    return workspace && PLANS[workspace.plan];
  };
  return async (workspaceId) => {
    const known = plans.get(workspaceId);
    if (known && now() - known.atMs < REMEMBERED_MS) return known.plan;
    if (plans.size >= LIMIT) plans.clear();
    const plan = look(workspaceId);
    plans.set(workspaceId, { plan, atMs: now() });
    const found = await plan.catch(() => undefined);
    if (found === undefined) plans.delete(workspaceId);
    return plan;
  };
}
