import type { ConversionStore } from '#shared/conversions/conversion-store.ts';
import { recountConversions } from '#shared/conversions/recount-conversions.ts';
import type { Plan } from '#shared/workspaces/plans.ts';
import {
  applyAll,
  type Recount,
  type RecountTools,
  recountableDays,
  recountDay,
  recountLink,
} from '../roll-ups/recount.ts';

export type WorkspaceRecountTools = RecountTools & { conversions: Pick<ConversionStore, 'read'> };

/** What was compared: the clicks of a day (yyyymmdd), the lifetime of a link, or all conversions. */
export type RecountStep = Recount & { step: string; clicks?: number };

/**
 * Counts again whatever can be counted again of a workspace: each day whose clicks are all still there, then every
 * link's lifetime against its days, then the conversions. Equal links are passed over in silence.
 */
export async function* recountWorkspace(
  workspaceId: string,
  { plan, nowMs, repair }: { plan: Plan; nowMs: number; repair: boolean },
  tools: WorkspaceRecountTools,
): AsyncGenerator<RecountStep, void, undefined> {
  for (const day of await recountableDays(workspaceId, plan, nowMs, tools)) {
    yield { step: `day ${day}`, ...(await recountDay(workspaceId, day, repair, tools)) };
  }
  for await (const links of tools.cells.links(workspaceId)) {
    for (const { urlId } of links) {
      const recount = await recountLink(workspaceId, urlId, repair, tools);
      if (recount.outcome !== 'equal') yield { step: `link ${urlId}`, ...recount };
    }
  }
  yield { step: 'conversions', ...(await recountedConversions(workspaceId, repair, tools)) };
}

async function recountedConversions(
  workspaceId: string,
  repair: boolean,
  tools: WorkspaceRecountTools,
): Promise<Recount> {
  const drifts = await recountConversions(workspaceId, tools);
  if (drifts.length === 0) return { outcome: 'equal', drifts };
  if (!repair) return { outcome: 'differs', drifts };
  const cursor = await tools.store.findCursor(workspaceId);
  const changes = drifts.map(({ key, missing }) => ({ key, add: missing }));
  const done = await applyAll(workspaceId, cursor, changes, tools.store);
  return { outcome: done ? 'repaired' : 'unsettled', drifts };
}
