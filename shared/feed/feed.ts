import { Problem } from '#shared/problem.ts';
import { CLICK_ATTRIBUTES, CLICK_SHARDS } from '../clicks/click.ts';
import { dayOf } from '../clicks/click-day.ts';
import { clickMs, firstClickIdAt, isClickId, lastClickIdAt } from '../clicks/click-id.ts';
import { type Lane, lateSort } from '../clicks/click-keys.ts';
import type { ClockGuard } from '../clicks/clock-guard.ts';
import type { Horizon } from '../clicks/horizon.ts';
import { chained } from '../clicks/read/chained.ts';
import type { ClickPages, LaneRange, LateEntry } from '../clicks/read/click-pages.ts';
import type { RawClick } from '../clicks/read/click-reader.ts';
import { mergeSorted } from '../clicks/read/merge-sorted.ts';
import { wantedOfLane } from '../clicks/read/read-clicks.ts';

/** A place in the feed: just behind the event that became available then and has this click id ('' is before all of that instant). */
export type Position = readonly [availableAtMs: number, clickId: string];

/** Before everything. */
export const FEED_START: Position = [0, ''];

/** A click as the feed tells it: available when it was made, or when it was recorded if it came late. */
export type FeedEvent = { availableAtMs: number; click: RawClick };

export const positionOf = ({ availableAtMs, click }: FeedEvent): Position => [availableAtMs, click.sk!.S!];

/** Whether a position comes strictly after another one. */
export const isBehind = ([ms, clickId]: Position, other: Position): boolean =>
  ms > other[0] || (ms === other[0] && clickId > other[1]);

export type FeedRequest = {
  workspaceId: string;
  after: Position;
  /** How many events the caller means to take, when that is few: no more than about so many are fetched. It is no limit. */
  wanted?: number | undefined;
};

export type Feed = {
  /**
   * Clicks of a workspace that became available after a position, in the order of (available at, click id): every
   * click once, held back by the safe horizon, so that nothing ever appears before a position that was handed out.
   * @throws Problem 'invalid_request' when the position lies in the future; ClockSkewError when this clock is not to
   *   be trusted
   */
  read(request: FeedRequest): AsyncIterable<FeedEvent[]>;
};

type FeedTools = { pages: ClickPages; guard: ClockGuard; horizon: Horizon; now(): number };

/** The feed over the day shards, without those marked late, and the late lane. */
export const feed = (tools: FeedTools): Feed => ({ read: (request) => read(tools, request) });

async function* read(
  { pages, guard, horizon, now }: FeedTools,
  { workspaceId, after, wanted }: FeedRequest,
): AsyncGenerator<FeedEvent[], void, undefined> {
  await guard.check();
  const nowMs = now();
  if (after[0] > nowMs) {
    throw new Problem(
      'invalid_request',
      `the position lies in the future: ${new Date(after[0]).toISOString()}`,
    );
  }
  const untilMs = nowMs - horizon.horizonMs;
  if (after[0] > untilMs) return;
  const ranges = rangesOf(after, untilMs, wantedOfLane(wanted));
  const days = await pages.days(workspaceId, dayOf(after[0]), dayOf(untilMs));
  const openDay = (day: string) => mergeSorted(lanesOf(pages, workspaceId, day, ranges), ({ sort }) => sort);
  for await (const places of chained(days, openDay, { ahead: wanted === undefined })) {
    const events = await eventsAt(pages, workspaceId, places);
    if (events.length > 0) yield events;
  }
}

type Ranges = { clicks: LaneRange; late: LaneRange };

/** The clicks and the late entries that lie strictly behind a position, up to an instant. */
function rangesOf([availableAtMs, clickId]: Position, untilMs: number, wanted: number | undefined): Ranges {
  const clicks = {
    from: firstAfter(availableAtMs, clickId),
    to: lastClickIdAt(untilMs),
    wanted,
  };
  // All ids have one length, so the least sort key above one is that one with anything behind it.
  const late = {
    from: `${lateSort(availableAtMs, clickId)}0`,
    to: lateSort(untilMs, 'Z'.repeat(27)),
    wanted,
  };
  return { clicks, late };
}

/** The least id of an on-time click behind a position. On time, the instant of an id is when it became available. */
function firstAfter(availableAtMs: number, clickId: string): string {
  const idMs = isClickId(clickId) ? clickMs(clickId) : 0;
  if (idMs === availableAtMs) return `${clickId}0`;
  return firstClickIdAt(idMs < availableAtMs ? availableAtMs : availableAtMs + 1);
}

/** A place in the feed, in the order of its sort key; late ones still without their click. */
type Place = { sort: string; availableAtMs: number; clickId: string; click: RawClick | undefined };

function lanesOf(
  pages: ClickPages,
  workspaceId: string,
  day: string,
  { clicks, late }: Ranges,
): AsyncIterable<Place[]>[] {
  return Array.from({ length: CLICK_SHARDS }, (_, shard): Lane => ({ workspaceId, day, shard })).flatMap(
    (lane) => [
      mapped(pages.clicks(lane, clicks), (page) => page.filter(isOnTime).map(placeOfClick)),
      mapped(pages.lateEntries(lane, late), (page) => page.map(placeOfEntry)),
    ],
  );
}

async function* mapped<T, U>(
  source: AsyncIterable<T>,
  map: (element: T) => U,
): AsyncGenerator<U, void, undefined> {
  for await (const element of source) yield map(element);
}

const isOnTime = (click: RawClick): boolean => click[CLICK_ATTRIBUTES.late] === undefined;

function placeOfClick(click: RawClick): Place {
  const clickId = click.sk!.S!;
  const availableAtMs = clickMs(clickId);
  return { sort: lateSort(availableAtMs, clickId), availableAtMs, clickId, click };
}

const placeOfEntry = ({ recordedAtMs, clickId }: LateEntry): Place => ({
  sort: lateSort(recordedAtMs, clickId),
  availableAtMs: recordedAtMs,
  clickId,
  click: undefined,
});

/** The events of places; a late entry whose click was erased or has expired is none. */
async function eventsAt(
  pages: ClickPages,
  workspaceId: string,
  places: readonly Place[],
): Promise<FeedEvent[]> {
  const late = places.filter(({ click }) => click === undefined).map(({ clickId }) => clickId);
  const found = late.length === 0 ? undefined : await pages.findMany(workspaceId, late);
  return places.flatMap(({ availableAtMs, clickId, click = found?.get(clickId) }) =>
    click === undefined ? [] : [{ availableAtMs, click }],
  );
}
