import {
  addTo,
  type Cell,
  CONVERSION_COUNTERS,
  conversionCounters,
  missingIn,
} from '#shared/roll-ups/cell.ts';
import type { CellReader } from '#shared/roll-ups/cell-reader.ts';
import type { Drift } from '#shared/roll-ups/recount.ts';
import { type Attribution, isAttribution } from './conversion.ts';
import type { ConversionStore } from './conversion-store.ts';

type Tools = { cells: Pick<CellReader, 'links'>; conversions: Pick<ConversionStore, 'read'> };

/**
 * Counts the conversions of all links again and compares with their totals. Totals are read before and after: those
 * that changed meanwhile are left out, since a conversion may be in one count and not in the other.
 */
export async function recountConversions(workspaceId: string, tools: Tools): Promise<Drift[]> {
  const before = await countersOf(workspaceId, tools.cells);
  const counted = await countConversions(workspaceId, tools.conversions);
  const after = await countersOf(workspaceId, tools.cells);
  return [...new Set([...after.keys(), ...counted.keys()])].flatMap((urlId): Drift[] => {
    const now = after.get(urlId) ?? {};
    const moved = Object.keys(missingIn(before.get(urlId) ?? {}, now)).length > 0;
    const missing = missingIn(now, counted.get(urlId) ?? {});
    if (moved || Object.keys(missing).length === 0) return [];
    return [{ key: { kind: 'totals', urlId }, missing }];
  });
}

async function countersOf(workspaceId: string, cells: Tools['cells']): Promise<Map<string, Cell>> {
  const links = (await Array.fromAsync(cells.links(workspaceId))).flat();
  return new Map(links.map(({ urlId, cell }) => [urlId, conversionCounters(cell)]));
}

async function countConversions(
  workspaceId: string,
  conversions: Tools['conversions'],
): Promise<Map<string, Cell>> {
  const links = new Map<string, Cell>();
  const attributed = new Set<string>();
  for await (const batch of conversions.read(workspaceId)) {
    for (const conversion of batch.filter(isAttribution)) {
      const { urlId, clickId } = conversion;
      const cell = links.get(urlId) ?? {};
      links.set(urlId, cell);
      addTo(cell, countsOf(conversion, !attributed.has(clickId)));
      attributed.add(clickId);
    }
  }
  return links;
}

const countsOf = ({ eventName }: Attribution, first: boolean): Cell => ({
  [CONVERSION_COUNTERS[eventName]]: 1,
  ...(first ? { [CONVERSION_COUNTERS.attributed]: 1 } : {}),
});
