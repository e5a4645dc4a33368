import { createHash } from 'node:crypto';
import { crc32, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import Papa from 'papaparse';
import { ulid } from 'ulid';
import { firstUuidAt } from '#shared/ids.ts';
import { noTotals } from '#shared/roll-ups/totals.ts';
import { aClick } from '#test/support/clicks.ts';
import { openExports, SIZES, SMALL, WORKSPACE } from '#test/support/exports.ts';
import { aLink } from '#test/support/links.ts';

const DAY_MS = 86_400_000;
const APRIL_1 = Date.UTC(2026, 3, 1);
const april = { date_from: '2026-04-01', date_to: '2026-04-10' };

/** Clicks spread over the first days of April, `count` of them. */
const clicksInApril = (count: number, days = 10) =>
  Array.from({ length: count }, (_, n) => {
    const atMs = APRIL_1 + Math.floor((n * days * DAY_MS) / count);
    return aClick({ atMs, clickId: ulid(atMs), workspaceId: WORKSPACE, shortCode: `slug-${n}` });
  });

/** All frames: Node's own function stops after the first one. */
function unzstd(bytes: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const { buffer, engine } = zstdDecompressSync(rest, { info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    frames.push(buffer);
    rest = rest.subarray(engine.bytesWritten);
  }
  return Buffer.concat(frames);
}

const UNPACK = { none: (bytes: Buffer) => bytes, gzip: gunzipSync, zstd: unzstd };

const rowsOf = (bytes: Buffer) =>
  Papa.parse<Record<string, string>>(String(bytes), { header: true, skipEmptyLines: true }).data;

describe('an analytics export', () => {
  test('of nothing as NDJSON is a file without a byte, which is there', async () => {
    const { run } = openExports();
    const { job, file, bytes } = await run('analytics', { ...april, format: 'ndjson' });
    expect(job).toMatchObject({ state: 'ready', rows: 0 });
    expect(file).toMatchObject({ bytes: 0, crc32: 0 });
    expect(bytes).toEqual(Buffer.alloc(0));
  });

  test('of nothing is a valid file with its header', async () => {
    const { run } = openExports();
    const { job, bytes } = await run('analytics', april);
    expect(job).toMatchObject({ state: 'ready', rows: 0 });
    expect(String(bytes)).toMatch(/^clicked_at,url_id,.*,variant_key\r\n$/);
  });

  test.each(['gzip', 'zstd'] as const)('of nothing packed with %s can be unpacked', async (compression) => {
    const { run } = openExports();
    const { bytes } = await run('analytics', { ...april, compression, format: 'ndjson' });
    expect(bytes.length).toBeGreaterThan(0);
    expect(UNPACK[compression](bytes)).toHaveLength(0);
  });

  test('of nothing over several segments is an empty file', async () => {
    const engine = openExports({ clicks: clicksInApril(120) }, { sizes: { ...SMALL, segmentRows: 1 } });
    const { job, file, bytes } = await engine.run('analytics', {
      ...april,
      format: 'ndjson',
      touch_type: 'qr_scan',
    });
    expect(job).toMatchObject({ state: 'ready', rows: 0 });
    expect(job.segments).toBeGreaterThan(1);
    expect(file).toMatchObject({ bytes: 0, crc32: 0, sha256: null });
    expect(engine.files.objects.has(file!.key)).toBe(true);
    expect(bytes).toHaveLength(0);
    expect(engine.files.uploads.size).toBe(0);
  });

  test('of one segment has every click once, oldest first, and its sums', async () => {
    const { run } = openExports({ clicks: clicksInApril(30) });
    const { job, file, bytes } = await run('analytics', april);
    expect(rowsOf(bytes).map((row) => row.short_code)).toEqual(
      Array.from({ length: 30 }, (_, n) => `slug-${n}`),
    );
    expect(job).toMatchObject({ state: 'ready', rows: 30, segments: 1 });
    expect(file).toMatchObject({ rows: 30, bytes: bytes.length, crc32: crc32(bytes) });
    expect(file!.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(file!.name).toBe('analytics_2026-04-01_2026-04-10.csv');
  });

  test.each(['none', 'gzip', 'zstd'] as const)(
    'of many segments is joined to one file, packed: %s',
    async (compression) => {
      const { run } = openExports({ clicks: clicksInApril(1_000) });
      const { job, file, bytes } = await run('analytics', { ...april, compression });
      const unpacked = UNPACK[compression](bytes);
      expect(rowsOf(unpacked).map((row) => row.short_code)).toEqual(
        Array.from({ length: 1_000 }, (_, n) => `slug-${n}`),
      );
      expect(job.segments).toBeGreaterThan(20);
      expect(file).toMatchObject({ rows: 1_000, bytes: bytes.length, crc32: crc32(bytes), sha256: null });
    },
  );

  test('gives back its place and admits whoever has waited longest', async () => {
    const { accept, drain, jobs } = openExports();
    const accepted = [];
    for (let n = 1; n <= 5; n += 1) {
      accepted.push((await accept('analytics', { ...april, date_to: `2026-04-0${n}` })).job.jobId);
    }
    expect((await jobs.findSlots(WORKSPACE))!.waiting.map(({ jobId }) => jobId)).toEqual(accepted.slice(2));
    await drain();
    expect(await jobs.findSlots(WORKSPACE)).toMatchObject({ running: [], waiting: [] });
    const { jobs: ended } = await jobs.jobs(WORKSPACE, { limit: 10 });
    expect(ended.map(({ state }) => state)).toEqual(Array(5).fill('ready'));
  });
});

describe('a catalog export', () => {
  const links = Array.from({ length: 300 }, (_, n) =>
    aLink({ urlId: firstUuidAt(APRIL_1 + n * 60_000), workspaceId: WORKSPACE, shortCode: `slug-${n}` }),
  );
  const totals = links
    .filter((_, n) => n % 3 === 0)
    .map((link, n) => ({ ...noTotals(link.urlId), clicks: n }));

  test.each(['created_at', '-created_at'])(
    'sorted by %s has every link once with its clicks',
    async (sort) => {
      const { run } = openExports({ links, totals });
      const { job, bytes } = await run('link_catalog', { sort });
      const wanted = links.map((link, n) => [link.shortCode, String(n % 3 === 0 ? n / 3 : 0)]);
      expect(rowsOf(bytes).map((row) => [row.short_code, row.clicks])).toEqual(
        sort === 'created_at' ? wanted : wanted.toReversed(),
      );
      expect(job.segments).toBeGreaterThan(3);
    },
  );

  test('leaves out links made after the job was accepted', async () => {
    const { run } = openExports({ links, totals }, { nowMs: APRIL_1 + 60_000, sizes: SIZES });
    const { bytes } = await run('link_catalog', {});
    expect(rowsOf(bytes).map((row) => row.short_code)).toEqual(['slug-0', 'slug-1']);
  });
});
