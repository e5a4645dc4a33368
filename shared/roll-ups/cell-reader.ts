import type { Cell } from './cell.ts';

export type LinkCell = { urlId: string; cell: Cell };
export type DayCell = { day: string; cell: Cell };

/** Roll-ups counter by counter, for those who check or take away; everybody else reads TotalsReader. Strongly consistent. */
export type CellReader = {
  /** The days of a workspace, ascending, both ends (yyyymmdd) included. */
  days(workspaceId: string, fromDay: string, toDay: string): Promise<DayCell[]>;
  /** The lifetimes of all links, in the order of their ids. */
  links(workspaceId: string): AsyncIterable<LinkCell[]>;
  /** The lifetimes of some links; those without an entry are left out. */
  totals(workspaceId: string, urlIds: readonly string[]): Promise<Map<string, Cell>>;
  /** All days of a link, ascending. */
  linkDays(workspaceId: string, urlId: string): Promise<DayCell[]>;
  /** One day of some links; those without an entry are left out. */
  linksOfDay(workspaceId: string, day: string, urlIds: readonly string[]): Promise<Map<string, Cell>>;
};
