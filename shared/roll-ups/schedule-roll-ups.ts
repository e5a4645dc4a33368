import type { WorkspaceStore } from '#shared/workspaces/workspace-store.ts';
import { dayOf } from '../clicks/click-day.ts';
import type { Horizon } from '../clicks/horizon.ts';
import type { ClickPages } from '../clicks/read/click-pages.ts';
import type { RollUpStore } from './roll-up-store.ts';
import type { RollUpQueue } from './run-roll-up.ts';

export type ScheduleTools = {
  workspaces: Pick<WorkspaceStore, 'all'>;
  rollUps: Pick<RollUpStore, 'findCursor'>;
  pages: Pick<ClickPages, 'days'>;
  queue: RollUpQueue;
  horizon: Horizon;
  now(): number;
};

/** So many workspaces are looked at together. */
const AT_ONCE = 25;

/**
 * Asks for a roll-up of every workspace with open days: days from its cursor's on that have clicks. A workspace
 * without clicks today costs two small reads.
 * @returns the workspaces that were asked for
 */
export async function scheduleRollUps(tools: ScheduleTools): Promise<string[]> {
  const workspaceIds = await tools.workspaces.all();
  const asked: string[] = [];
  for (let at = 0; at < workspaceIds.length; at += AT_ONCE) {
    const some = workspaceIds.slice(at, at + AT_ONCE);
    const behind = await Promise.all(some.map((workspaceId) => hasOpenDays(workspaceId, tools)));
    const open = some.filter((_, index) => behind[index]);
    // At once, so that a run that is given up half-way has asked for what it has seen.
    await tools.queue.send(open.map((workspaceId) => ({ workspaceId })));
    asked.push(...open);
  }
  return asked;
}

async function hasOpenDays(
  workspaceId: string,
  { rollUps, pages, horizon, now }: ScheduleTools,
): Promise<boolean> {
  const { position } = await rollUps.findCursor(workspaceId);
  const days = await pages.days(workspaceId, dayOf(position[0]), dayOf(now() - horizon.horizonMs));
  return days.length > 0;
}
