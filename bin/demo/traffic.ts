import { eachLimited } from '#shared/each-limited.ts';
import { call, type Target } from './client.ts';
import { progress } from './progress.ts';
import { headersOf, visitor } from './visitors.ts';

export type DemoLink = { urlId: string; shortCode: string; shortUrl: string };

/** How often each link was visited: what the exports must say. */
export type Visits = Map<string, { clicks: number; scans: number; bots: number }>;

/** Creates `count` links through the API. */
export async function createLinks(target: Target, count: number): Promise<DemoLink[]> {
  const bar = progress('links created', count);
  const links: DemoLink[] = [];
  await eachLimited(Array.from({ length: count }).keys(), 8, async (n) => {
    const body = {
      domain_id: target.domainId,
      long_url: `https://example.com/landing/${n}?utm_source=demo&utm_campaign=c${n % 7}`,
      title: `Landing page ${n}, "${n % 2 ? 'odd' : 'even'}"`,
      tags: [`t${n % 3}`, 'demo'],
    };
    const link = await call<{ url_id: string; short_code: string; short_url: string }>(
      target,
      'POST',
      '/api/shorten',
      body,
    );
    links.push({ urlId: link.url_id, shortCode: link.short_code, shortUrl: link.short_url });
    bar.at(links.length);
  });
  bar.end();
  return links;
}

/** Follows `count` short URLs as varied visitors; every fifth visit is the scan of a QR code. */
export async function visit(links: readonly DemoLink[], count: number): Promise<Visits> {
  const bar = progress('redirects', count);
  const visits: Visits = new Map(links.map(({ urlId }) => [urlId, { clicks: 0, scans: 0, bots: 0 }]));
  let done = 0;
  await eachLimited(Array.from({ length: count }).keys(), 16, async (n) => {
    // Squared, so that some links are popular and some are never visited.
    const link = links[Math.floor(((n * 7919) % 1000) ** 2 * (links.length / 1_000_000))]!;
    const scan = n % 5 === 4;
    await follow(link, scan, n);
    const counts = visits.get(link.urlId)!;
    counts.clicks += 1;
    if (scan) counts.scans += 1;
    if (visitor(n).bot) counts.bots += 1;
    done += 1;
    bar.at(done);
  });
  bar.end();
  return visits;
}

async function follow(link: DemoLink, scan: boolean, n: number): Promise<void> {
  const response = await fetch(`${link.shortUrl}${scan ? '?nr=qr' : ''}`, {
    redirect: 'manual',
    headers: headersOf(visitor(n)),
  });
  await response.arrayBuffer();
  if (response.status !== 302) throw new Error(`${link.shortUrl} answered ${response.status} instead of 302`);
}
