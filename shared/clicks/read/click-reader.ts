import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A stored click as DynamoDB gives it, without unmarshalling: see CLICK_ATTRIBUTES for the names. `sk` is the click id. */
export type RawClick = Record<string, AttributeValue>;

/** Which clicks of a workspace to read. */
export type ClickRange = {
  workspaceId: string;
  /** Click time, both ends included, ms. */
  fromMs: number;
  toMs: number;
  /** Strictly after this click id. */
  after?: string | undefined;
  /** Only clicks recorded at or before this instant: a snapshot that reads the same at any later time. */
  recordedUntilMs?: number | undefined;
  /** How many the caller means to take, when that is few: no more than about so many are fetched. It is no limit. */
  wanted?: number | undefined;
  /** Ends the reading when it is aborted: pages under way fail, and no other is asked for. */
  signal?: AbortSignal | undefined;
};

/** Reads recorded clicks in the order of click id. */
export type ClickReader = {
  /**
   * Clicks of a range, all shards of a day merged in click id order, a few hundred to a few thousand a batch.
   * Strongly consistent; only days that exist are walked; empty pages are read on. Memory stays flat.
   */
  read(range: ClickRange): AsyncIterable<RawClick[]>;
  /** The days (yyyymmdd) of a workspace that may hold clicks, ascending. */
  days(workspaceId: string, fromMs: number, toMs: number): Promise<string[]>;
};
