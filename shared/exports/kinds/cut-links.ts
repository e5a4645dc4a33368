import { firstUuidAt, uuidMs } from '#shared/ids.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import type { TimeRange } from '../jobs/job.ts';

type Links = Pick<LinkStore, 'page'>;

/** So many links are counted; more are estimated. */
const COUNTED = 1000;
/** Into so many times of equal length a workspace's life is divided, and so many links are looked at in each. */
const PROBES = 64;
const PROBED = 100;
/** So often it is looked in all: what is left then is estimated. */
const LOOKS = 300;

export type LinkCut = { ranges: TimeRange[]; links: number | null };

/**
 * Cuts a range of creation times into segments of about `rows` links. How many there are is estimated from the pace
 * of creation at points of the range; every instant of it is in exactly one segment, whatever the estimate.
 * @returns ascending ranges, and the number of links when it is known for certain
 */
export async function cutLinks(
  links: Links,
  workspaceId: string,
  range: TimeRange,
  rows: number,
): Promise<LinkCut> {
  if (!Number.isFinite(rows)) return { ranges: [range], links: null };
  const head = await countFrom(links, workspaceId, range, Math.min(COUNTED, rows + 1));
  if (head.whole) return { ranges: [range], links: head.count };
  const pieces = await probe(links, workspaceId, { fromMs: head.firstMs, toMs: range.toMs }, rows);
  return { ranges: join(range, pieces, rows), links: null };
}

type Piece = { startMs: number; links: number };

async function probe(links: Links, workspaceId: string, range: TimeRange, rows: number): Promise<Piece[]> {
  const lengthMs = Math.max(1, Math.ceil((range.toMs + 1 - range.fromMs) / PROBES));
  let looks = LOOKS;
  /** A range whose pace says that it holds more than a segment is halved and looked at again: links come in bursts. */
  const piecesOf = async ({ fromMs, toMs }: TimeRange): Promise<Piece[]> => {
    if (fromMs > toMs) return [];
    looks -= 1;
    const seen = await countFrom(links, workspaceId, { fromMs, toMs }, PROBED);
    const paceMs = Math.max(1, seen.lastMs - seen.firstMs);
    const estimate = seen.whole ? seen.count : (seen.count * (toMs + 1 - fromMs)) / paceMs;
    if (estimate <= rows || looks <= 0 || fromMs === toMs) return split({ fromMs, toMs }, estimate, rows);
    const middleMs = fromMs + Math.floor((toMs - fromMs) / 2);
    const earlier = await piecesOf({ fromMs, toMs: middleMs });
    return [...earlier, ...(await piecesOf({ fromMs: middleMs + 1, toMs }))];
  };
  const probes = Array.from({ length: PROBES }, (_, at) => {
    const startMs = range.fromMs + at * lengthMs;
    return piecesOf({ fromMs: startMs, toMs: Math.min(range.toMs, startMs + lengthMs - 1) });
  });
  return (await Promise.all(probes)).flat();
}

/** A piece that holds more than a segment, as several of equal length. */
function split({ fromMs, toMs }: TimeRange, links: number, rows: number): Piece[] {
  const lengthMs = toMs + 1 - fromMs;
  const parts = Math.min(Math.max(1, Math.ceil(links / rows)), lengthMs);
  return Array.from({ length: parts }, (_, at) => ({
    startMs: fromMs + Math.floor((at * lengthMs) / parts),
    links: links / parts,
  }));
}

function join({ fromMs, toMs }: TimeRange, pieces: readonly Piece[], rows: number): TimeRange[] {
  const starts = [fromMs];
  let held = 0;
  for (const piece of pieces) {
    if (held > 0 && held + piece.links > rows) {
      starts.push(piece.startMs);
      held = 0;
    }
    held += piece.links;
  }
  return starts.map((startMs, at) => ({ fromMs: startMs, toMs: (starts[at + 1] ?? toMs + 1) - 1 }));
}

/** Up to `limit` links of a range: how many, from when to when, and whether these are all. */
async function countFrom(links: Links, workspaceId: string, { fromMs, toMs }: TimeRange, limit: number) {
  const page = await links.page({ workspaceId, order: 'ascending', after: firstUuidAt(fromMs), limit });
  const times = page.links.map(({ urlId }) => uuidMs(urlId));
  const inside = times.filter((ms) => ms <= toMs);
  return {
    count: inside.length,
    firstMs: inside[0] ?? fromMs,
    lastMs: inside.at(-1) ?? fromMs,
    whole: inside.length < times.length || page.next === undefined,
  };
}
