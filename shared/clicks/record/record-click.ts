import { clickTtlSeconds, type Plan, retainedSinceMs } from '#shared/workspaces/plans.ts';
import type { Click } from '../click.ts';
import { dayOf, dayStartMs } from '../click-day.ts';
import { clickMs } from '../click-id.ts';
import type { ClockGuard } from '../clock-guard.ts';
import type { Horizon } from '../horizon.ts';
import type { ClickStore } from './click-store.ts';

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
 * @param signal  given up once it is aborted: then nothing more is begun
 * @throws ClockSkewError, or whatever the attempt failed with: it is unclear whether the click is recorded, and the
 *   same click is to be recorded again later
 */
export async function recordClick(
  click: Click,
  tools: RecordTools,
  signal?: AbortSignal,
): Promise<RecordOutcome> {
  const { store, guard, horizon, now } = tools;
  const { workspaceId } = click;
  const atMs = clickMs(click.clickId);
  const plan = await tools.findPlan(workspaceId);
  if (plan === undefined) throw new Error(`there is no workspace ${workspaceId} to record a click in`);
  if (atMs < retainedSinceMs(plan, now())) return 'beyond_retention';
  await guard.check();
  const openDay = (day: string) => tools.openDays.open(tools.store, workspaceId, day, plan);
  const stamp = await stampOnOpenDays(atMs, openDay, tools);
  signal?.throwIfAborted();
  const outcome = await store.record(
    { ...click, ...stamp },
    { ttlSeconds: clickTtlSeconds(plan, atMs), abortMs: horizon.abortMs, signal },
  );
  if (outcome === 'already_there') return outcome;
  return stamp.late ? 'late' : 'on_time';
}

type Stamp = { recordedAtMs: number; late: boolean };

/**
 * The time of recording and what follows from it, stamped only when nothing is left to wait for before the write.
 * @param openDay  a promise while there is something to wait for
 */
async function stampOnOpenDays(
  atMs: number,
  openDay: (day: string) => Promise<void> | undefined,
  { horizon, now }: Pick<RecordTools, 'horizon' | 'now'>,
): Promise<Stamp> {
  for (;;) {
    const recordedAtMs = now();
    const late = recordedAtMs - atMs > horizon.onTimeMs;
    const opening = openDay(dayOf(atMs)) ?? (late ? openDay(dayOf(recordedAtMs)) : undefined);
    if (opening === undefined) return { recordedAtMs, late };
    await opening;
  }
}

const DAYS_LIMIT = 10_000;

/** Days that this instance knows to be written, so that each costs one write an instance and not one a click. */
export class OpenDays {
  readonly #open = new Set<string>();
  readonly #opening = new Map<string, Promise<void>>();

  /**
   * Writes a day, together for all who ask at the same time; undefined when it is written. A change of plan writes it
   * again, since its clicks may now be kept for less.
   */
  open(
    store: Pick<ClickStore, 'openDay'>,
    workspaceId: string,
    day: string,
    plan: Plan,
  ): Promise<void> | undefined {
    const keptUntilSeconds = clickTtlSeconds(plan, dayStartMs(day));
    const name = `${workspaceId}#${day}#${keptUntilSeconds}`;
    if (this.#open.has(name)) return undefined;
    const opening =
      this.#opening.get(name) ??
      store
        .openDay(workspaceId, day, keptUntilSeconds)
        .then(() => this.#remember(name))
        .finally(() => this.#opening.delete(name));
    this.#opening.set(name, opening);
    return opening;
  }

  #remember(name: string): void {
    if (this.#open.size >= DAYS_LIMIT) this.#open.clear();
    this.#open.add(name);
  }
}
