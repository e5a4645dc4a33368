import { clickFrom, clickItem } from '#shared/clicks/click-item.ts';
import {
  type ClickKey,
  clickKey,
  clicksLane,
  dayKey,
  KEPT_UNTIL,
  lateKey,
  lateLane,
  linkDayKey,
  totalsKey,
} from '#shared/clicks/click-keys.ts';
import type { ClickPages, LaneRange } from '#shared/clicks/read/click-pages.ts';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import type { ClickStore } from '#shared/clicks/record/click-store.ts';
import { MAX_ITEM_BYTES } from '#shared/dynamodb/item-bytes.ts';
import type { ClickRemover } from '#shared/erasure/erase.ts';
import { FEED_START } from '#shared/feed/feed.ts';
import { type Cell, dayTotals, inCountedNames, LAST_CLICKED, linkTotals } from '#shared/roll-ups/cell.ts';
import { cellKey } from '#shared/roll-ups/cell-key.ts';
import type { CellReader } from '#shared/roll-ups/cell-reader.ts';
import type { CellChange, FeedCursor, RollUpStore } from '#shared/roll-ups/roll-up-store.ts';
import type { TotalsReader } from '#shared/roll-ups/totals.ts';
import { utf8Bytes } from '#shared/utf8.ts';

/** Clicks, late entries, days, roll-ups and feed cursors in memory: what the Clicks table holds, and the cursors. */
export class MemoryClicks {
  readonly items = new Map<string, Map<string, RawClick>>();
  readonly cells = new Map<string, Map<string, Cell>>();
  readonly cursors = new Map<string, FeedCursor>();
  readonly #mostCellBytes: number;

  /** @param mostCellBytes  of a roll-up: as in a table, a larger one is refused for good */
  constructor(mostCellBytes = MAX_ITEM_BYTES) {
    this.#mostCellBytes = mostCellBytes;
  }

  /** Items of a page; few, so that reads have several. */
  pageItems = 3;

  has({ pk, sk }: ClickKey): boolean {
    return this.items.get(pk)?.has(sk) ?? false;
  }

  put({ pk, sk }: ClickKey, item: RawClick): void {
    this.items.set(pk, (this.items.get(pk) ?? new Map()).set(sk, item));
  }

  cell({ pk, sk }: ClickKey): Cell | undefined {
    return this.cells.get(pk)?.get(sk);
  }

  change(workspaceId: string, change: CellChange): void {
    const { pk, sk } = cellKey(workspaceId, change.key);
    const cells = this.cells.get(pk) ?? new Map<string, Cell>();
    this.cells.set(pk, cells);
    if ('remove' in change) {
      cells.delete(sk);
      return;
    }
    const cell = { ...cells.get(sk) };
    for (const [name, count] of Object.entries(change.add)) cell[name] = (cell[name] ?? 0) + count;
    if (change.lastClickedAtMs !== undefined) cell[LAST_CLICKED] = change.lastClickedAtMs;
    const counted = inCountedNames(cell);
    const bytes = utf8Bytes(JSON.stringify(counted));
    if (bytes > this.#mostCellBytes) throw new Error(`ValidationException: an item of ${bytes} bytes`);
    cells.set(sk, counted);
  }

  /** Notes until when a day is kept, unless an earlier end is noted. */
  keepDay({ pk, sk }: ClickKey, keptUntilSeconds: number): void {
    const days = this.cells.get(pk) ?? new Map<string, Cell>();
    const day = days.get(sk) ?? {};
    const earliest = Math.min(day[KEPT_UNTIL] ?? keptUntilSeconds, keptUntilSeconds);
    this.cells.set(pk, days.set(sk, { ...day, [KEPT_UNTIL]: earliest }));
  }

  /** One page of a lane, read at this very moment; `next` is the key to go on behind. */
  page(pk: string, { from, to, wanted }: LaneRange, after?: string): { items: RawClick[]; next?: string } {
    const limit = Math.min(wanted ?? this.pageItems, this.pageItems);
    const keys = [...(this.items.get(pk)?.keys() ?? [])]
      .filter((sk) => sk >= from && sk <= to && (after === undefined || sk > after))
      .sort();
    const items = keys.slice(0, limit).map((sk) => this.items.get(pk)!.get(sk)!);
    return keys.length > limit ? { items, next: keys[limit - 1]! } : { items };
  }
}

/** Lanes of clicks in memory. */
export function memoryClickPages(memory: MemoryClicks): ClickPages {
  async function* pages(pk: string, range: LaneRange): AsyncGenerator<RawClick[], void, undefined> {
    for (let after: string | undefined; ; ) {
      const { items, next } = memory.page(pk, range, after);
      if (items.length > 0) yield items;
      if (next === undefined) return;
      after = next;
    }
  }
  return {
    days: async (workspaceId, from, to) =>
      [...(memory.items.get(dayKey(workspaceId, from).pk)?.keys() ?? [])]
        .filter((day) => day >= from && day <= to)
        .sort(),
    clicks: (lane, range) => pages(clicksLane(lane), range),
    lateEntries: async function* (lane, range) {
      for await (const page of pages(lateLane(lane), range)) {
        yield page.map((item) => {
          const [recordedAtMs, clickId] = item.sk!.S!.split('#');
          return { recordedAtMs: Number(recordedAtMs), clickId: clickId! };
        });
      }
    },
    findMany: async (workspaceId, clickIds) =>
      new Map(
        clickIds.flatMap((clickId) => {
          const { pk, sk } = clickKey(workspaceId, clickId);
          const item = memory.items.get(pk)?.get(sk);
          return item === undefined ? [] : [[clickId, item]];
        }),
      ),
  };
}

/** Recorded clicks in memory. */
export const memoryClickStore = (memory: MemoryClicks): ClickStore => ({
  openDay: async (workspaceId, day, keptUntilSeconds) => {
    const key = dayKey(workspaceId, day);
    if (!memory.has(key)) memory.put(key, keyItem(key));
    memory.keepDay(key, keptUntilSeconds);
  },
  record: async (click, { ttlSeconds }) => {
    const key = clickKey(click.workspaceId, click.clickId);
    if (memory.has(key)) return 'already_there';
    memory.put(key, clickItem(click, click.recordedAtMs, click.late, ttlSeconds));
    if (click.late) {
      const entry = lateKey(click.workspaceId, click.recordedAtMs, click.clickId);
      memory.put(entry, keyItem(entry));
    }
    return 'recorded';
  },
  find: async (workspaceId, clickId) => {
    const { pk, sk } = clickKey(workspaceId, clickId);
    const item = memory.items.get(pk)?.get(sk);
    return item && clickFrom(item);
  },
});

const keyItem = ({ pk, sk }: ClickKey): RawClick => ({ pk: { S: pk }, sk: { S: sk } });

/** Roll-ups and cursors in memory. */
export const memoryRollUpStore = (memory: MemoryClicks): RollUpStore => {
  const findCursor = (workspaceId: string): FeedCursor =>
    memory.cursors.get(workspaceId) ?? { position: FEED_START, version: 0 };
  return {
    findCursor: async (workspaceId) => findCursor(workspaceId),
    move: async ({ workspaceId, from, to, changes }) => {
      if (findCursor(workspaceId).version !== from.version) return 'moved';
      memory.cursors.set(workspaceId, { position: to, version: from.version + 1 });
      for (const change of changes) memory.change(workspaceId, change);
      return 'done';
    },
    lastClicked: async (workspaceId, urlIds) =>
      new Map(
        urlIds.flatMap((urlId) => {
          const last = memory.cell(totalsKey(workspaceId, urlId))?.[LAST_CLICKED];
          return last === undefined ? [] : [[urlId, last]];
        }),
      ),
  };
};

/** Roll-ups in memory, as their readers see them. */
export function memoryTotalsReader(memory: MemoryClicks): TotalsReader {
  const find = (workspaceId: string, urlId: string) => {
    const cell = memory.cell(totalsKey(workspaceId, urlId));
    return cell && linkTotals(urlId, cell);
  };
  const days = (pk: string, from: string, to: string) =>
    [...(memory.cells.get(pk) ?? [])]
      .filter(([day]) => day >= from && day <= to)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([day, cell]) => dayTotals(day, cell));
  return {
    find: async (workspaceId, urlId) => find(workspaceId, urlId),
    findMany: async (workspaceId, urlIds) =>
      new Map(
        urlIds.flatMap((urlId) => {
          const totals = find(workspaceId, urlId);
          return totals === undefined ? [] : [[urlId, totals]];
        }),
      ),
    read: async function* (workspaceId, after = '') {
      const urlIds = [...(memory.cells.get(totalsKey(workspaceId, '').pk)?.keys() ?? [])]
        .filter((urlId) => urlId > after)
        .sort();
      for (let at = 0; at < urlIds.length; at += memory.pageItems) {
        yield urlIds.slice(at, at + memory.pageItems).map((urlId) => find(workspaceId, urlId)!);
      }
    },
    linkDays: async (workspaceId, urlId, from, to) => days(linkDayKey(workspaceId, urlId, from).pk, from, to),
    workspaceDays: async (workspaceId, from, to) => {
      const known = memory.items.get(dayKey(workspaceId, from).pk)?.keys() ?? [];
      const { pk } = dayKey(workspaceId, from);
      return [...known]
        .filter((day) => day >= from && day <= to)
        .sort()
        .map((day) => dayTotals(day, memory.cells.get(pk)?.get(day) ?? {}));
    },
  };
}

/** Roll-ups in memory, counter by counter. */
export function memoryCellReader(memory: MemoryClicks): CellReader {
  const days = (pk: string): { day: string; cell: Cell }[] =>
    [...(memory.cells.get(pk) ?? [])]
      .map(([day, cell]) => ({ day, cell }))
      .sort((a, b) => (a.day < b.day ? -1 : 1));
  const some = (urlIds: readonly string[], keyOf: (urlId: string) => ClickKey): Map<string, Cell> =>
    new Map(
      urlIds.flatMap((urlId) => {
        const cell = memory.cell(keyOf(urlId));
        return cell === undefined ? [] : [[urlId, cell]];
      }),
    );
  return {
    days: async (workspaceId, from, to) =>
      days(dayKey(workspaceId, from).pk).filter(({ day }) => day >= from && day <= to),
    links: async function* (workspaceId) {
      const links = [...(memory.cells.get(totalsKey(workspaceId, '').pk) ?? [])];
      links.sort(([a], [b]) => (a < b ? -1 : 1));
      if (links.length > 0) yield links.map(([urlId, cell]) => ({ urlId, cell }));
    },
    totals: async (workspaceId, urlIds) => some(urlIds, (urlId) => totalsKey(workspaceId, urlId)),
    linkDays: async (workspaceId, urlId) => days(linkDayKey(workspaceId, urlId, '').pk),
    linksOfDay: async (workspaceId, day, urlIds) =>
      some(urlIds, (urlId) => linkDayKey(workspaceId, urlId, day)),
  };
}

/** Takes clicks out of memory. */
export const memoryClickRemover = (memory: MemoryClicks): ClickRemover => ({
  remove: async (workspaceId, items) => {
    for (const { clickId, recordedAtMs } of items.map(clickFrom)) {
      for (const key of [lateKey(workspaceId, recordedAtMs, clickId), clickKey(workspaceId, clickId)]) {
        memory.items.get(key.pk)?.delete(key.sk);
      }
    }
  },
});
