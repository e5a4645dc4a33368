/**
 * `npm run demo`: a fresh stack, links made through the API, real redirects, exports through the queues,
 * and a check that the files hold exactly what was made. Exit code 0 only then.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, type Target, until } from './demo/client.ts';
import { type Downloaded, runExport } from './demo/exports.ts';
import { progress } from './demo/progress.ts';
import { createLinks, type Visits, visit } from './demo/traffic.ts';
import { verifyAnalytics, verifyCatalog } from './demo/verify.ts';
import { verifyArchive } from './demo/verify-archive.ts';
import { startLocalStack } from './local/start-local-stack.ts';

const LINKS = 200;
const REDIRECTS = 2_400;
const CODE_PIXELS = 512;
const OUT = 'demo-out';

const startedAt = performance.now();
const dir = mkdtempSync(join(tmpdir(), 'slugline-demo-'));
const stack = await startLocalStack({ dir, port: 0, shortPort: 0 });
try {
  process.exitCode = (await runDemo(stack)) ? 0 : 1;
} finally {
  await stack.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function runDemo(target: Target): Promise<boolean> {
  console.log(`Slugline on ${target.apiUrl} (API) and ${target.shortUrl} (short domain)\n`);
  mkdirSync(OUT, { recursive: true });
  const links = await createLinks(target, LINKS);
  const visits = await visit(links, REDIRECTS);
  await settled(target, visits);
  const today = new Date().toISOString().slice(0, 10);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const catalog = await runExport(target, { type: 'link_catalog' }, join(OUT, 'catalog.csv'));
  const analytics = await runExport(
    target,
    { type: 'analytics', date_from: yesterday, date_to: today },
    join(OUT, 'analytics.csv'),
  );
  const codes = await runExport(
    target,
    {
      job_kind: 'qr_bulk_download',
      url_ids: links.map(({ urlId }) => urlId),
      image_format: 'png',
      image_size: CODE_PIXELS,
    },
    join(OUT, 'qr-codes.zip'),
  );
  const wrong = [
    ...verifyCatalog(catalog.path, links, visits),
    ...verifyAnalytics(analytics.path, visits),
    ...(await verifyArchive(codes.path, links, CODE_PIXELS)),
  ];
  summarize([catalog, analytics, codes], wrong);
  return wrong.length === 0;
}

/** Waits until every click has gone through the queue and into the roll-ups. */
async function settled(target: Target, visits: Visits): Promise<void> {
  const total = [...visits.values()].reduce((sum, { clicks }) => sum + clicks, 0);
  const bar = progress('clicks rolled up', total);
  await until(
    'roll-ups',
    async () => {
      const counted = await countedClicks(target);
      bar.at(Math.min(counted, total));
      return counted;
    },
    (counted) => counted >= total,
    60_000,
  );
  bar.end();
}

async function countedClicks(target: Target): Promise<number> {
  let total = 0;
  let cursor: string | null = null;
  do {
    const path: string = `/api/v1/links?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const page: { links: { clicks: number }[]; next_cursor: string | null } = await call(target, 'GET', path);
    for (const { clicks } of page.links) total += clicks;
    cursor = page.next_cursor;
  } while (cursor);
  return total;
}

function summarize(files: readonly Downloaded[], wrong: readonly string[]): void {
  console.log('');
  for (const { path, rows, bytes, seconds } of files) {
    console.log(
      `${path.padEnd(28)} ${String(rows).padStart(6)} rows ${String(bytes).padStart(9)} bytes ${seconds.toFixed(1).padStart(5)} s`,
    );
  }
  for (const sentence of wrong.slice(0, 20)) console.error(`wrong: ${sentence}`);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    wrong.length === 0
      ? `\nEvery row and every code is right. ${seconds} s in all.`
      : `\n${wrong.length} differences.`,
  );
}
