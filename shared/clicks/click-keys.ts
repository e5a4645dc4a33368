import { dayOf } from './click-day.ts';
import { clickMs, clickShard } from './click-id.ts';

/** The key of an item of the Clicks table. */
export type ClickKey = { pk: string; sk: string };

/** One of the shards of a workspace's day: of clicks by click time, or of late entries by recording time. */
export type Lane = { workspaceId: string; day: string; shard: number };

export const clicksLane = ({ workspaceId, day, shard }: Lane): string =>
  `clicks#${workspaceId}#${day}#${shard}`;
export const lateLane = ({ workspaceId, day, shard }: Lane): string => `late#${workspaceId}#${day}#${shard}`;

/** Where a click stands; its id tells the day and the shard. */
export const clickKey = (workspaceId: string, clickId: string): ClickKey => ({
  pk: clicksLane({ workspaceId, day: dayOf(clickMs(clickId)), shard: clickShard(clickId) }),
  sk: clickId,
});

/** The late entry of a click: by the day and the millisecond of its recording. */
export const lateKey = (workspaceId: string, recordedAtMs: number, clickId: string): ClickKey => ({
  pk: lateLane({ workspaceId, day: dayOf(recordedAtMs), shard: clickShard(clickId) }),
  sk: lateSort(recordedAtMs, clickId),
});

/** Milliseconds since the epoch have 13 digits from 2001 to 2286, so they sort as text. */
export const lateSort = (recordedAtMs: number, clickId: string): string => `${recordedAtMs}#${clickId}`;

export const dayKey = (workspaceId: string, day: string): ClickKey => ({
  pk: `days#${workspaceId}`,
  sk: day,
});
export const totalsKey = (workspaceId: string, urlId: string): ClickKey => ({
  pk: `totals#${workspaceId}`,
  sk: urlId,
});
export const linkDayKey = (workspaceId: string, urlId: string, day: string): ClickKey => ({
  pk: `link-days#${workspaceId}#${urlId}`,
  sk: day,
});

/** The workspace of a click's or late entry's partition key. */
export const workspaceOfLane = (pk: string): string => pk.slice(pk.indexOf('#') + 1, -'#yyyymmdd#s'.length);

/** The attribute of a day's item that says until when its clicks are kept whole, in seconds; its roll-up stands there too. */
export const KEPT_UNTIL = 'ku';
