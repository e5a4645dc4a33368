import { eachLimited } from '#shared/each-limited.ts';
import type { Horizon } from '../clicks/horizon.ts';
import type { Feed } from '../feed/feed.ts';
import type { RollUpStore } from './roll-up-store.ts';

export type LagTools = {
  /** Without a guard of its clock, lest a wrong clock silence the measure; it can only misstate it by as much. */
  feed: Feed;
  rollUps: Pick<RollUpStore, 'findCursor'>;
  horizon: Horizon;
  now(): number;
};

/** A cursor that was there so recently is not behind by more, and its feed is not looked at. */
const RECENT_MS = 300_000;

/**
 * How far the roll-ups of a workspace are behind what they could know: how long the oldest click that they have not
 * counted could have been counted, ms; 0 when there is none, or none that has waited for minutes. It is read from what
 * stands there, so that runs that fail, or never come to an end, are behind as well.
 */
export async function rollUpLag(
  workspaceId: string,
  { feed, rollUps, horizon, now }: LagTools,
): Promise<number> {
  const { position } = await rollUps.findCursor(workspaceId);
  const readableMs = now() - horizon.horizonMs;
  if (readableMs - position[0] <= RECENT_MS) return 0;
  for await (const [oldest] of feed.read({ workspaceId, after: position, wanted: 1 })) {
    if (oldest !== undefined) return Math.max(0, readableMs - oldest.availableAtMs);
  }
  return 0;
}

/** The lag of each workspace whose lag could be read, and what went wrong with the others. */
export type Lags = { lagMs: Map<string, number>; failures: unknown[] };

/** So many workspaces are looked at together; each reads all lanes of a day. */
const AT_ONCE = 10;

/** The lags of workspaces; one that cannot be read hides no other. */
export async function rollUpLags(workspaceIds: readonly string[], tools: LagTools): Promise<Lags> {
  const lags: Lags = { lagMs: new Map(), failures: [] };
  const measure = (workspaceId: string) =>
    rollUpLag(workspaceId, tools).then(
      (lagMs) => lags.lagMs.set(workspaceId, lagMs),
      (error: unknown) => lags.failures.push(error),
    );
  await eachLimited(workspaceIds, AT_ONCE, measure);
  return lags;
}
