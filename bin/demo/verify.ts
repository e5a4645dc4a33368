import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import type { DemoLink, Visits } from './traffic.ts';

type Row = Record<string, string>;

const rowsOf = (path: string): Row[] => {
  const { data, errors } = Papa.parse<Row>(readFileSync(path, 'utf8'), {
    header: true,
    skipEmptyLines: true,
  });
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message} in row ${errors[0]!.row}`);
  return data;
};

/** Checks a catalog against the links that were created and the visits that were paid. @returns what differs, in sentences */
export function verifyCatalog(path: string, links: readonly DemoLink[], visits: Visits): string[] {
  const rows = new Map(rowsOf(path).map((row) => [row.url_id, row]));
  const wrong = links.flatMap(({ urlId, shortCode }) => {
    const row = rows.get(urlId);
    const clicks = visits.get(urlId)?.clicks ?? 0;
    if (!row) return [`${shortCode} is missing`];
    if (row.short_code !== shortCode) return [`${urlId} has slug ${row.short_code} instead of ${shortCode}`];
    return Number(row.clicks) === clicks
      ? []
      : [`${shortCode} has ${row.clicks} clicks instead of ${clicks}`];
  });
  return rows.size === links.length ? wrong : [`${rows.size} rows instead of ${links.length}`, ...wrong];
}

/** Checks an analytics export click by click: per link its clicks, scans and bots. @returns what differs, in sentences */
export function verifyAnalytics(path: string, visits: Visits): string[] {
  const found: Visits = new Map([...visits.keys()].map((urlId) => [urlId, { clicks: 0, scans: 0, bots: 0 }]));
  const rows = rowsOf(path);
  for (const row of rows) {
    const counts = found.get(row.url_id!);
    if (!counts) return [`a click of the unknown link ${row.url_id}`];
    counts.clicks += 1;
    if (row.touch_type === 'qr_scan') counts.scans += 1;
    if (row.bot_flag === 'true') counts.bots += 1;
  }
  const sorted = rows.every((row, n) => n === 0 || rows[n - 1]!.clicked_at! <= row.clicked_at!);
  const wrong = [...visits].flatMap(([urlId, wanted]) => {
    const got = found.get(urlId)!;
    return JSON.stringify(got) === JSON.stringify(wanted)
      ? []
      : [`${urlId}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`];
  });
  return sorted ? wrong : ['rows are not oldest first', ...wrong];
}
