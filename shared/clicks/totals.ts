/** Most frequent value of a link's clicks; ties: the higher count, then alphabetical. Null when nothing is known. */
export type Tops = {
  device: string | null;
  os: string | null;
  browser: string | null;
  country: string | null;
};

/** Lifetime roll-up of one link. clicks = human + bot = every recorded event, scans included. */
export type LinkTotals = {
  urlId: string;
  clicks: number;
  bots: number;
  scans: number;
  installs: number;
  returningUsers: number;
  attributedClicks: number;
  tops: Tops;
  lastClickedAtMs: number | null;
};

export const noTotals = (urlId: string): LinkTotals => ({
  urlId,
  clicks: 0,
  bots: 0,
  scans: 0,
  installs: 0,
  returningUsers: 0,
  attributedClicks: 0,
  tops: { device: null, os: null, browser: null, country: null },
  lastClickedAtMs: null,
});

/** Reads the roll-ups of links. Links without a click have no entry. */
export type TotalsReader = {
  find(workspaceId: string, urlId: string): Promise<LinkTotals | undefined>;
  findMany(workspaceId: string, urlIds: readonly string[]): Promise<Map<string, LinkTotals>>;
  /** Totals in `urlId` order, strictly after an id: the right-hand side of the catalog's merge join. */
  read(workspaceId: string, after?: string): AsyncIterable<LinkTotals[]>;
};
