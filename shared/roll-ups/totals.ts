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

/**
 * The roll-up of one UTC day, of a link or of a whole workspace. Scans are among the clicks, and bots among both:
 * short-link clicks are `clicks - scans`, and `bots - scanBots` of those are bots.
 */
export type DayTotals = {
  /** yyyymmdd */
  day: string;
  clicks: number;
  bots: number;
  scans: number;
  scanBots: number;
};

/**
 * Reads the roll-ups. Links and days without a click have no entry; the newest clicks are a horizon and a run behind.
 * Where a signal is taken, the read ends when it is aborted.
 */
export type TotalsReader = {
  find(workspaceId: string, urlId: string): Promise<LinkTotals | undefined>;
  findMany(
    workspaceId: string,
    urlIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, LinkTotals>>;
  /** Totals in `urlId` order, strictly after an id: the right-hand side of the catalog's merge join. */
  read(workspaceId: string, after?: string, signal?: AbortSignal): AsyncIterable<LinkTotals[]>;
  /** The days of a link that have clicks, ascending, both ends (yyyymmdd) included; days long beyond retention too. */
  linkDays(workspaceId: string, urlId: string, fromDay: string, toDay: string): Promise<DayTotals[]>;
  /** The days of a workspace, likewise; a day whose clicks are not rolled up yet counts 0. */
  workspaceDays(
    workspaceId: string,
    fromDay: string,
    toDay: string,
    signal?: AbortSignal,
  ): Promise<DayTotals[]>;
};
