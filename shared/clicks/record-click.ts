import { clickTtlSeconds, type Plan, retainedSinceMs } from '#shared/workspaces/plans.ts';
import type { Click } from './click.ts';
import { dayOf } from './click-day.ts';
import { clickMs } from './click-id.ts';
import type { ClickStore } from './click-store.ts';
import type { ClockGuard } from './clock-guard.ts';
import type { Horizon } from './horizon.ts';

export type RecordTools = {
  store: Pick<ClickStore, 'openDay' | 'record'>;
  guard: ClockGuard;
  horizon: Horizon;
  /** The plan of a workspace, undefined when there is no such workspace. */
  findPlan(workspaceId: string): Promise<Plan | undefined>;
  openDays: OpenDays;
  now(): number;
};

/** `beyond_retention`: refused and dropped, since nobody could ever see it. */
export type RecordOutcome = 'on_time' | 'late' | 'already_there' | 'beyond_retention';

/**
 * Records one click, however often and however late it is delivered: one row, marked late and entered in the late lane
 * when more than a third of the horizon has passed since the click.
 * @throws ClockSkewError, or whatever the attempt failed with: it is unclear whether the click is recorded, and the
 *   same click is to be recorded again later
 */
export async function recordClick(click: Click, tools: RecordTools): Promise<RecordOutcome> {
  const { store, guard, horizon, now, openDays } = tools;
  const { workspaceId } = click;
  const atMs = clickMs(click.clickId);
  const plan = await tools.findPlan(workspaceId);
  if (plan === undefined) throw new Error(`there is no workspace ${workspaceId} to record a click in`);
  if (atMs < retainedSinceMs(plan, now())) return 'beyond_retention';
  await guard.check();
  const stamp = await stampOnOpenDays(workspaceId, atMs, { horizon, now, openDays, store });
  const outcome = await store.record(
    { ...click, ...stamp },
    { ttlSeconds: clickTtlSeconds(plan, atMs), abortMs: horizon.abortMs },
  );
  if (outcome === 'already_there') return outcome;
  return stamp.late ? 'late' : 'on_time';
}

type Stamp = { recordedAtMs: number; late: boolean };

/** The time of recording and what follows from it, stamped only when nothing is left to wait for before the write. */
async function stampOnOpenDays(
  workspaceId: string,
  atMs: number,
  { horizon, now, openDays, store }: Pick<RecordTools, 'horizon' | 'now' | 'openDays' | 'store'>,
): Promise<Stamp> {
  for (;;) {
    const recordedAtMs = now();
    const late = recordedAtMs - atMs > horizon.onTimeMs;
    const days = late ? [dayOf(atMs), dayOf(recordedAtMs)] : [dayOf(atMs)];
    const closed = days.find((day) => !openDays.has(workspaceId, day));
    if (closed === undefined) return { recordedAtMs, late };
    await store.openDay(workspaceId, closed);
    openDays.add(workspaceId, closed);
  }
}

/** Days that this instance knows to be written, so that each costs one write an instance and not one a click. */
export class OpenDays {
  readonly #days = new Set<string>();
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  has(workspaceId: string, day: string): boolean {
    return this.#days.has(`${workspaceId}#${day}`);
  }

  add(workspaceId: string, day: string): void {
    if (this.#days.size >= this.#limit) this.#days.clear();
    this.#days.add(`${workspaceId}#${day}`);
  }
}
