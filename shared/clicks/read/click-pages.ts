import type { Lane } from '../click-keys.ts';
import type { RawClick } from './click-reader.ts';

/** A late click's place in the late lane: its sort key orders by recording time, then by click id. */
export type LateEntry = { recordedAtMs: number; clickId: string };

/** A range of sort keys, both ends included. */
export type SortRange = { from: string; to: string };

/** A range of one lane, and how it is read. */
export type LaneRange = SortRange & {
  /**
   * How many items the reader will want of this lane, when it wants few: pages are cut to that and none is fetched
   * ahead. Without it pages are large and the next one is under way while one is used.
   */
  wanted?: number | undefined;
  /** Ends the reading when it is aborted. */
  signal?: AbortSignal | undefined;
};

/** Stored clicks lane by lane, as the click reader and the feed put them together. Every read is strongly consistent. */
export type ClickPages = {
  /** The days of a workspace that may hold clicks or late entries, ascending, both ends included. */
  days(workspaceId: string, fromDay: string, toDay: string, signal?: AbortSignal): Promise<string[]>;
  /** One shard of a day, by click id. */
  clicks(lane: Lane, range: LaneRange): AsyncIterable<RawClick[]>;
  /** One shard of a day's late lane, by recording time and click id. */
  lateEntries(lane: Lane, range: LaneRange): AsyncIterable<LateEntry[]>;
  /** Those of the clicks that exist, by id. */
  findMany(workspaceId: string, clickIds: readonly string[]): Promise<Map<string, RawClick>>;
};
