import { DAY_MS, dayOf, dayStartMs } from '#shared/clicks/click-day.ts';
import { clickShard, firstClickIdAt } from '#shared/clicks/click-id.ts';
import type { Lane } from '#shared/clicks/click-keys.ts';
import type { ClickPages } from '#shared/clicks/read/click-pages.ts';
import type { ClickReader, RawClick } from '#shared/clicks/read/click-reader.ts';
import { clickReader } from '#shared/clicks/read/read-clicks.ts';
import { SAMPLE_DAY_MS, storedAt } from './sample-clicks.ts';

/** Clicks a page, as a table gives them. */
const PAGE = 1_000;

/** The days that the sample clicks of an export were made on, ascending: `yyyymmdd`. */
export const sampleDays = (count: number): string[] =>
  Array.from({ length: count }, (_, day) => dayOf(SAMPLE_DAY_MS + day * DAY_MS));

/** A reader of so many clicks, spread evenly over days and read as the product reads its table: all shards at once. */
export function sampleDaysReader(rows: number, days: number): ClickReader {
  const rowsOfDay = rows / days;
  const pages: ClickPages = {
    days: async (_, from, to) => sampleDays(days).filter((day) => day >= from && day <= to),
    clicks: (lane, range) => lanePages(lane, range, rowsOfDay),
    lateEntries: async function* () {},
    findMany: async () => new Map(),
  };
  return clickReader(pages);
}

async function* lanePages(
  { day, shard }: Lane,
  { from, to }: { from: string; to: string },
  rowsOfDay: number,
): AsyncGenerator<RawClick[], void, undefined> {
  const startMs = dayStartMs(day);
  let page: RawClick[] = [];
  for (let n = 0; n < rowsOfDay; n += 1) {
    const atMs = startMs + Math.floor((n * DAY_MS) / rowsOfDay);
    const id = firstClickIdAt(atMs);
    if (clickShard(id) !== shard || id < from || id > to) continue;
    page.push(storedAt(n, atMs));
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
