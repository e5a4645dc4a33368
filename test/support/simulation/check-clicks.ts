import { isDeepStrictEqual } from 'node:util';
import type { Click } from '#shared/clicks/click.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { isBehind, positionOf } from '#shared/feed/feed.ts';
import type { ClickSimulation } from './clicks.ts';

/** What must hold at the end of every history, and does not. */
export async function violationsOf(simulation: ClickSimulation): Promise<string[]> {
  const violations: string[] = [];
  const expect = (what: string, got: unknown, expected: unknown): void => {
    if (isDeepStrictEqual(got, expected)) return;
    violations.push(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`);
  };
  const ids = simulation.clicks.map(({ clickId }) => clickId).toSorted();
  expect('every click stands there once', await simulation.readClicks(), ids);
  for (const { events, pageSize } of simulation.followers) {
    const told = events.map(({ click }) => click.sk!.S!);
    expect(`every click is told once to the reader of ${pageSize}`, told.toSorted(), ids);
    const ordered = events.every(
      (event, at) => at === 0 || isBehind(positionOf(event), positionOf(events[at - 1]!)),
    );
    expect(`the events come in order to the reader of ${pageSize}`, ordered, true);
  }
  for (const { untilMs, clickIds } of simulation.snapshots) {
    expect('a snapshot shows the same again', await simulation.readClicks(untilMs), clickIds);
  }
  expect('consumers ended by force', simulation.timedOut, 0);
  await checkRollUps(simulation, expect);
  return violations;
}

type Expect = (what: string, got: unknown, expected: unknown) => void;

async function checkRollUps({ clicks, stores, workspaceId }: ClickSimulation, expect: Expect): Promise<void> {
  for (const [urlId, ours] of Map.groupBy(clicks, (click) => click.urlId)) {
    expect('the totals of a link', await stores.totals.find(workspaceId, urlId), totalsOf(urlId, ours));
    const days = await stores.totals.linkDays(workspaceId, urlId, '20260401', '20260430');
    expect('the days of a link', days, daysOf(ours));
  }
  const days = await stores.totals.workspaceDays(workspaceId, '20260401', '20260430');
  // A click may be recorded late on a day that no click was made on.
  const counted = days.filter((day) => day.clicks > 0);
  expect('the days of the workspace', counted, daysOf(clicks));
}

const number = (clicks: Click[], wanted: (click: Click) => boolean): number => clicks.filter(wanted).length;
const isScan = ({ touchType }: Click): boolean => touchType === 'qr_scan';

const totalsOf = (urlId: string, clicks: Click[]) => ({
  urlId,
  clicks: clicks.length,
  bots: number(clicks, ({ bot }) => bot),
  scans: number(clicks, isScan),
  installs: 0,
  returningUsers: 0,
  attributedClicks: 0,
  tops: {
    device: topOf(clicks.map((click) => click.deviceCategory)),
    os: topOf(clicks.map((click) => click.osFamily)),
    browser: topOf(clicks.map(({ browserFamily: name }) => (KNOWN.has(name!) ? name : 'Other'))),
    country: topOf(clicks.map((click) => click.countryCode)),
  },
  lastClickedAtMs: Math.max(...clicks.map(({ clickId }) => clickMs(clickId))),
});

/** The browsers of the simulation that have a name of ours. */
const KNOWN = new Set(['Chrome', 'Firefox']);

function topOf(values: (string | null)[]): string | null {
  const known = values.filter((value) => value !== null).toSorted();
  const count = (value: string) => known.filter((other) => other === value).length;
  return known.toSorted((a, b) => count(b) - count(a))[0] ?? null;
}

const daysOf = (clicks: Click[]) =>
  [...Map.groupBy(clicks, ({ clickId }) => dayOf(clickMs(clickId)))]
    .map(([day, ours]) => ({
      day,
      clicks: ours.length,
      bots: number(ours, ({ bot }) => bot),
      scans: number(ours, isScan),
      scanBots: number(ours, (click) => click.bot && isScan(click)),
    }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
