import { type ClickKey, dayKey, linkDayKey, totalsKey } from '../clicks/click-keys.ts';
import type { CellKey } from './roll-up-store.ts';

/** Where a roll-up stands in the Clicks table. */
export function cellKey(workspaceId: string, key: CellKey): ClickKey {
  switch (key.kind) {
    case 'totals':
      return totalsKey(workspaceId, key.urlId);
    case 'link-day':
      return linkDayKey(workspaceId, key.urlId, key.day);
    case 'day':
      return dayKey(workspaceId, key.day);
  }
}
