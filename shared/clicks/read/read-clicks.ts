import { CLICK_ATTRIBUTES, CLICK_SHARDS } from '../click.ts';
import { dayOf } from '../click-day.ts';
import { clickMs, firstClickIdAt, isClickId, lastClickIdAt } from '../click-id.ts';
import { chained } from './chained.ts';
import type { ClickPages, LaneRange } from './click-pages.ts';
import type { ClickRange, ClickReader, RawClick } from './click-reader.ts';
import { mergeSorted } from './merge-sorted.ts';

/** A click reader over the shards of each day: all of a day at once, merged by click id, day after day. */
export const clickReader = (pages: ClickPages): ClickReader => {
  const days: ClickReader['days'] = (workspaceId, fromMs, toMs) =>
    pages.days(workspaceId, dayOf(fromMs), dayOf(toMs));
  return { days, read: (range) => read(pages, range) };
};

async function* read(pages: ClickPages, range: ClickRange): AsyncGenerator<RawClick[], void, undefined> {
  const { workspaceId, after = '', toMs, recordedUntilMs, wanted, signal } = range;
  const fromMs = isClickId(after) ? Math.max(range.fromMs, clickMs(after)) : range.fromMs;
  if (fromMs > toMs) return;
  // All click ids have one length, so the least text above one is that id with anything behind it.
  const from = after < firstClickIdAt(fromMs) ? firstClickIdAt(fromMs) : `${after}0`;
  const lanes = { from, to: lastClickIdAt(toMs), wanted: wantedOfLane(wanted), signal };
  const days = await pages.days(workspaceId, dayOf(fromMs), dayOf(toMs), signal);
  const openDay = (day: string) => readDay(pages, workspaceId, day, lanes);
  for await (const batch of chained(days, openDay, { ahead: wanted === undefined })) {
    const kept =
      recordedUntilMs === undefined ? batch : batch.filter((click) => recordedAtMs(click) <= recordedUntilMs);
    if (kept.length > 0) yield kept;
  }
}

function readDay(pages: ClickPages, workspaceId: string, day: string, range: LaneRange) {
  const shards = Array.from({ length: CLICK_SHARDS }, (_, shard) =>
    pages.clicks({ workspaceId, day, shard }, range),
  );
  return mergeSorted(shards, (click) => click.sk!.S!);
}

/** What a lane has to give when all lanes together are to give so many: its share, and what chance adds to it. */
export const wantedOfLane = (wanted: number | undefined): number | undefined =>
  wanted === undefined
    ? undefined
    : Math.ceil(wanted / CLICK_SHARDS + 2 * Math.sqrt(wanted / CLICK_SHARDS)) + 1;

const recordedAtMs = (click: RawClick): number => Number(click[CLICK_ATTRIBUTES.recordedAtMs]!.N);
