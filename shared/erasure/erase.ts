import type { ConversionStore } from '#shared/conversions/conversion-store.ts';
import { CLICK_ATTRIBUTES } from '../clicks/click.ts';
import { DAY_MS } from '../clicks/click-day.ts';
import type { ClickReader, RawClick } from '../clicks/read/click-reader.ts';
import type { Feed } from '../feed/feed.ts';
import { dayCounters, missingIn } from '../roll-ups/cell.ts';
import type { CellReader, DayCell } from '../roll-ups/cell-reader.ts';
import {
  type CellChange,
  CHANGES_AT_ONCE,
  type FeedCursor,
  type RollUpStore,
} from '../roll-ups/roll-up-store.ts';

/** Takes stored clicks away, each with its late entry. */
export type ClickRemover = {
  /** Late entries go first, so that a removal that was cut short finds what is left when it is run again. */
  remove(workspaceId: string, clicks: readonly RawClick[]): Promise<void>;
};

export type EraseTools = {
  reader: ClickReader;
  feed: Feed;
  cells: CellReader;
  store: RollUpStore;
  remover: ClickRemover;
  conversions: Pick<ConversionStore, 'read' | 'remove' | 'readSightings' | 'removeSightings'>;
  now(): number;
};

export type Erased = { clicks: number; conversions: number };

/** After so many interruptions by the roll-up somebody should look why. */
const ATTEMPTS = 50;

/**
 * Removes the recorded clicks of a link, or of a whole workspace when no link is given, with their late entries, their
 * conversions, what external ids they came with, and their roll-ups. Clicks that are still in the queue are recorded afterwards: run it again then.
 */
export async function erase(
  workspaceId: string,
  urlId: string | undefined,
  tools: EraseTools,
): Promise<Erased> {
  const { position } = await tools.store.findCursor(workspaceId);
  const erased: Erased = {
    clicks: await eraseClicks(workspaceId, urlId, tools),
    conversions: 0,
  };
  let after = position;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const cursor = await tools.store.findCursor(workspaceId);
    // What was recorded during the long first pass and folded since: it goes too, or its roll-up would stay.
    for await (const events of tools.feed.read({ workspaceId, after })) {
      erased.clicks += await remove(
        workspaceId,
        urlId,
        events.map(({ click }) => click),
        tools,
      );
    }
    // Without their clicks no more of them can come.
    erased.conversions += await eraseConversions(workspaceId, urlId, tools);
    // Now the cursor has passed no click of the link that still exists, and it stands still while roll-ups go.
    if (await eraseRollUps(workspaceId, urlId, cursor, tools)) return erased;
    after = cursor.position;
  }
  throw new Error(`the roll-up of ${workspaceId} keeps coming between; the erasure is to be run again`);
}

/** Every click that stands there now. */
async function eraseClicks(
  workspaceId: string,
  urlId: string | undefined,
  tools: EraseTools,
): Promise<number> {
  let erased = 0;
  const all = { workspaceId, fromMs: 0, toMs: tools.now() + FUTURE_MS };
  for await (const clicks of tools.reader.read(all)) {
    erased += await remove(workspaceId, urlId, clicks, tools);
  }
  return erased;
}

/** Clocks of redirects may be ahead, and with them the times of their clicks. */
const FUTURE_MS = 366 * DAY_MS;

async function remove(
  workspaceId: string,
  urlId: string | undefined,
  clicks: readonly RawClick[],
  { remover }: EraseTools,
): Promise<number> {
  const ours =
    urlId === undefined ? clicks : clicks.filter((click) => click[CLICK_ATTRIBUTES.urlId]?.S === urlId);
  if (ours.length > 0) await remover.remove(workspaceId, ours);
  return ours.length;
}

async function eraseConversions(
  workspaceId: string,
  urlId: string | undefined,
  { conversions }: EraseTools,
): Promise<number> {
  let erased = 0;
  const isOurs = (one: { urlId: string | null }) => urlId === undefined || one.urlId === urlId;
  for await (const batch of conversions.readSightings(workspaceId)) {
    const ours = batch.filter(isOurs);
    if (ours.length > 0) await conversions.removeSightings(workspaceId, ours);
  }
  for await (const batch of conversions.read(workspaceId)) {
    const ours = batch.filter(isOurs);
    if (ours.length > 0) await conversions.remove(workspaceId, ours);
    erased += ours.length;
  }
  return erased;
}

/** False when the roll-up moved the cursor meanwhile. */
async function eraseRollUps(
  workspaceId: string,
  urlId: string | undefined,
  cursor: FeedCursor,
  tools: EraseTools,
): Promise<boolean> {
  if (urlId !== undefined) return (await eraseLink(workspaceId, urlId, cursor, tools)) !== undefined;
  let from: FeedCursor | undefined = cursor;
  for await (const links of tools.cells.links(workspaceId)) {
    for (const link of links) {
      from = await eraseLink(workspaceId, link.urlId, from, tools);
      if (from === undefined) return false;
    }
  }
  return true;
}

/** A day of a link and what it takes from the workspace's day go in one transaction. */
const DAYS_AT_ONCE = Math.floor((CHANGES_AT_ONCE - 1) / 2);

/** Where the cursor stands after the roll-ups of a link are gone; undefined when the roll-up moved it meanwhile. */
async function eraseLink(
  workspaceId: string,
  urlId: string,
  cursor: FeedCursor,
  { cells, store }: EraseTools,
): Promise<FeedCursor | undefined> {
  const days = await cells.linkDays(workspaceId, urlId);
  const total: CellChange = { key: { kind: 'totals', urlId }, remove: true };
  let from = cursor;
  for (let at = 0; at === 0 || at < days.length; at += DAYS_AT_ONCE) {
    const changes = days.slice(at, at + DAYS_AT_ONCE).flatMap((day) => removalOf(urlId, day));
    const last = at + DAYS_AT_ONCE >= days.length;
    const move = { workspaceId, from, to: from.position, changes: last ? [...changes, total] : changes };
    if ((await store.move(move)) === 'moved') return undefined;
    from = { ...from, version: from.version + 1 };
  }
  return from;
}

/** The workspace's day stays, since clicks of other links or later ones may stand there; it only counts less. */
function removalOf(urlId: string, { day, cell }: DayCell): CellChange[] {
  const removal: CellChange = { key: { kind: 'link-day', urlId, day }, remove: true };
  const less = missingIn(dayCounters(cell), {});
  if (Object.keys(less).length === 0) return [removal];
  return [removal, { key: { kind: 'day', day }, add: less }];
}
