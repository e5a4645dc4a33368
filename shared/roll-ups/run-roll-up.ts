import { dayOf } from '../clicks/click-day.ts';
import { KEPT_UNTIL } from '../clicks/click-keys.ts';
import { dayTotals } from './cell.ts';
import { type Drift, type Recount, type RecountTools, recountDay, recountLink } from './recount.ts';
import { type RollUpRun, type RollUpTools, rollUp } from './roll-up.ts';

/** A message of the RollUps queue: fold what is new in a workspace, or count a day (yyyymmdd) of it again. */
export type RollUpMessage = { workspaceId: string; recountDay?: string };

export type RollUpQueue = { send(messages: readonly RollUpMessage[]): Promise<void> };

export type RollUpWorkerTools = RollUpTools & RecountTools & { queue: RollUpQueue };

/** What came of a message. A recount is `skipped` when the day has too many clicks, or not all of them any more. */
export type RollUpReport =
  | ({ kind: 'roll-up' } & RollUpRun)
  | { kind: 'recount'; outcome: Recount['outcome'] | 'skipped'; drifts: Drift[] };

/** New folds are begun for half of the function's timeout: what is left is for the fold under way. */
const RUN_MS = 60_000;

/** Counting more than this takes longer than a function may run; such a day is counted again by hand. */
const RECOUNT_LIMIT = 500_000;

/**
 * Works on one message. A roll-up that takes too long is handed on; one that leaves a day behind asks for a recount
 * of that day, so that a wrong count is known, and put right, the day after.
 */
export async function runRollUp(message: RollUpMessage, tools: RollUpWorkerTools): Promise<RollUpReport> {
  const { workspaceId, recountDay: day } = message;
  if (day !== undefined) return { kind: 'recount', ...(await recount(workspaceId, day, tools)) };
  const { position } = await tools.store.findCursor(workspaceId);
  const run = await rollUp(workspaceId, tools.now() + RUN_MS, tools);
  if (run.ended === 'behind') await tools.queue.send([{ workspaceId }]);
  if (run.ended === 'caught_up') await askForRecounts(workspaceId, position[0], tools);
  return { kind: 'roll-up', ...run };
}

/** Of the days that this run came to the end of. */
async function askForRecounts(workspaceId: string, fromMs: number, tools: RollUpWorkerTools): Promise<void> {
  const { position } = await tools.store.findCursor(workspaceId);
  const today = dayOf(position[0]);
  if (dayOf(fromMs) === today) return;
  const days = await tools.cells.days(workspaceId, dayOf(fromMs), today);
  const left = days.filter(({ day }) => day < today);
  await tools.queue.send(left.map(({ day }) => ({ workspaceId, recountDay: day })));
}

async function recount(
  workspaceId: string,
  day: string,
  tools: RollUpWorkerTools,
): Promise<{ outcome: Recount['outcome'] | 'skipped'; drifts: Drift[] }> {
  const [known] = await tools.cells.days(workspaceId, day, day);
  const whole = known !== undefined && (known.cell[KEPT_UNTIL] ?? 0) * 1_000 > tools.now();
  if (!whole || dayTotals(day, known.cell).clicks > RECOUNT_LIMIT) return { outcome: 'skipped', drifts: [] };
  const { outcome, drifts } = await recountDay(workspaceId, day, true, tools);
  for (const { key } of drifts) {
    if (key.kind === 'link-day') await recountLink(workspaceId, key.urlId, true, tools);
  }
  return { outcome, drifts };
}
