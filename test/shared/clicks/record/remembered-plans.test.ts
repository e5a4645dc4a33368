import { rememberedPlans } from '#shared/clicks/record/remembered-plans.ts';
import { PLANS, type PlanName } from '#shared/workspaces/plans.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';

function world() {
  const asked: string[] = [];
  const state: { nowMs: number; plan: PlanName | undefined; down: boolean } = {
    nowMs: 0,
    plan: 'free',
    down: false,
  };
  const workspaces = {
    find: async (workspaceId: string) => {
      asked.push(workspaceId);
      if (state.down) throw new Error('throttled');
      return state.plan && ({ workspaceId, plan: state.plan } as Workspace);
    },
  };
  return { asked, state, findPlan: rememberedPlans(workspaces, () => state.nowMs) };
}

test('a workspace is asked for once a minute', async () => {
  const { asked, state, findPlan } = world();
  await Promise.all([findPlan('a'), findPlan('a'), findPlan('b')]);
  state.plan = 'growth';
  state.nowMs = 59_999;
  expect(await findPlan('a')).toBe(PLANS.free);
  state.nowMs = 60_000;
  expect(await findPlan('a')).toBe(PLANS.growth);
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('neither an unknown workspace nor a failure is remembered', async () => {
  const { asked, state, findPlan } = world();
  state.plan = undefined;
  expect(await findPlan('a')).toBeUndefined();
  state.down = true;
  await expect(findPlan('a')).rejects.toThrow('throttled');
  Object.assign(state, { plan: 'plus', down: false });
  expect(await findPlan('a')).toBe(PLANS.plus);
  expect(asked).toHaveLength(3);
});
