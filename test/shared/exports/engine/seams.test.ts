import { crc32, gunzipSync } from 'node:zlib';
import { ulid } from 'ulid';
import { mintDownload } from '#shared/exports/engine/download-export.ts';
import { sweepExports } from '#shared/exports/engine/sweep-exports.ts';
import { workMessage } from '#shared/exports/engine/work-message.ts';
import type { ExportJob } from '#shared/exports/jobs/job.ts';
import { CLEAN_AFTER_MS, FILE_MS, LEASE_MS, SPARE_MS } from '#shared/exports/jobs/timings.ts';
import { newUuid } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { openExports, SMALL, WORKSPACE } from '#test/support/exports.ts';
import { ledgerOf, picturesOf, toyFormat, toyKind } from '#test/support/toy-exports.ts';

const APRIL_1 = Date.UTC(2026, 3, 1);
const april = { date_from: '2026-04-01', date_to: '2026-04-10' };

/** 72 clicks of three days: three segments of several parts. */
const clicks = Array.from({ length: 72 }, (_, n) => {
  const atMs = APRIL_1 + n * 3_600_000;
  return aClick({ atMs, clickId: ulid(atMs), workspaceId: WORKSPACE, shortCode: `slug-${n}` });
});
const LEDGER = ledgerOf(clicks.map((_, n) => `slug-${n}|${new Date(APRIL_1 + n * 3_600_000).toISOString()}`));

/** A part of every batch of rows, so that a segment is taken over in its middle, and ends with nothing new to record. */
const SIZES = { ...SMALL, partBytes: 90, minPartBytes: 60 };

function openToys() {
  const engine = openExports({ clicks }, { kinds: toyKind, formats: toyFormat, sizes: SIZES });
  const filesOf = ({ files }: ExportJob) =>
    Object.fromEntries(files.map(({ name, key }) => [name, engine.files.objects.get(key)!]));
  return { ...engine, filesOf };
}

type Engine = ReturnType<typeof openToys>;

/** A worker that dies at its nth call of a port: before the call has its effect or after it, and is not heard of again. */
function mortal({ tools }: Engine, n: number, when: 'before' | 'after') {
  let calls = 0;
  const wrap = <P extends object>(port: P): P =>
    Object.fromEntries(
      Object.entries(port).map(([name, method]) => [
        name,
        async (...args: unknown[]) => {
          calls += 1;
          if (calls > n || (calls === n && when === 'before')) throw new Error('dead');
          const result = await (method as (...args: unknown[]) => Promise<unknown>)(...args);
          if (calls === n) throw new Error('dead');
          return result;
        },
      ]),
    ) as P;
  const { jobs, files, queue } = tools;
  return {
    tools: { ...tools, jobs: wrap(jobs), files: wrap(files), queue: wrap(queue) },
    died: () => calls >= n,
  };
}

/** Two workers take turns; each dies at its nth call. The next ones come when the leases have ended, and live. */
async function runWithDeaths(engine: Engine, n: number, when: 'before' | 'after'): Promise<boolean> {
  const workers = [mortal(engine, n, when), mortal(engine, n + 3, when)];
  const { queue, clock } = engine;
  for (let turn = 0; queue.messages.length > 0; turn += 1) {
    const message = queue.messages.shift()!;
    const { tools } = workers[turn % workers.length]!;
    await workMessage(message, tools, clock.ms + 120_000).catch(() => undefined);
  }
  const died = workers.some((worker) => worker.died());
  for (let minute = 0; minute < 12; minute += 1) {
    clock.ms += LEASE_MS;
    await sweepExports(engine.tools, clock.ms + 50_000);
    await engine.drain();
  }
  return died;
}

describe('a format with an index and an end', () => {
  test('is the same over several segments as in one go', async () => {
    const engine = openToys();
    const { job } = await engine.accept('ledger', april);
    await engine.drain();
    const ended = await engine.find(job);
    expect(ended).toMatchObject({ state: 'ready', rows: 72, segments: 3, layout: [3] });
    const [file] = ended.files;
    const bytes = engine.files.objects.get(file!.key)!;
    expect(bytes.equals(LEDGER)).toBe(true);
    // Nothing but the file is kept where files are kept.
    const kept = [...engine.files.objects.keys()].filter((key) => key.startsWith('exports/'));
    expect(kept).toEqual([file!.key]);
    expect(file).toMatchObject({ bytes: LEDGER.length, crc32: crc32(LEDGER), rows: 72, sha256: null });
  });

  test('keeps the index of a segment in its record while it is small, else in one object', async () => {
    const engine = openToys();
    const { job } = await engine.accept('ledger', april);
    await engine.drain();
    const indexes = (await engine.jobs.segments(job.jobId)).map(({ index }) => index);
    const keys = [...engine.files.objects.keys()].filter((key) => key.includes('/index-'));
    expect(indexes).toEqual(keys.map((key) => ({ key, bytes: 24 * 4 })));

    const few = openExports(
      { clicks: clicks.slice(0, 15) },
      { kinds: toyKind, formats: toyFormat, sizes: SIZES },
    );
    await few.run('ledger', april);
    expect([...few.files.objects.keys()].filter((key) => key.includes('/index-'))).toEqual([]);
  });

  test('is the same of one segment, and of none', async () => {
    for (const [from, wanted] of [
      ['2026-04-03', LEDGER_OF_THE_LAST_DAY],
      ['2026-04-09', ledgerOf([])],
    ] as const) {
      const engine = openToys();
      const { job } = await engine.accept('ledger', { ...april, date_from: from });
      await engine.drain();
      const ended = await engine.find(job);
      expect(ended).toMatchObject({ state: 'ready', segments: 1 });
      expect(engine.filesOf(ended)['clicks.ledger']!.equals(wanted)).toBe(true);
      const kept = [...engine.files.objects.keys()].filter((key) => key.startsWith('exports/'));
      expect(kept).toEqual(ended.files.map(({ key }) => key));
    }
  });

  test.each(['before', 'after'] as const)(
    'is the same, byte for byte, wherever two workers die (%s a call)',
    async (when) => {
      let n = 1;
      for (let died = true; died; n += 1) {
        const engine = openToys();
        const { job } = await engine.accept('ledger', april);
        died = await runWithDeaths(engine, n, when);
        const ended = await engine.find(job);
        expect({ n, state: ended.state, failure: ended.failure }).toEqual({
          n,
          state: 'ready',
          failure: null,
        });
        expect(engine.filesOf(ended)['clicks.ledger']!.equals(LEDGER)).toBe(true);
      }
      expect(n).toBeGreaterThan(40);
    },
  );
});

const LEDGER_OF_THE_LAST_DAY = ledgerOf(
  clicks
    .slice(48)
    .map((_, at) => `slug-${at + 48}|${new Date(APRIL_1 + (at + 48) * 3_600_000).toISOString()}`),
);

test('a packed file of no segments and no bytes is a valid one', async () => {
  const kinds = () => ({
    ...toyKind('ledger'),
    cut: async () => ({ files: [[]], rowsTotal: 0 }),
    file: () => ({
      ...{ name: 'none.ndjson.gz', contentType: 'application/gzip', format: 'ndjson' },
      ...{ columns: {}, options: { columns: [] }, compression: 'gzip' as const },
    }),
  });
  const { job, bytes } = await openExports({}, { kinds }).run('nothing', april);
  expect(job).toMatchObject({ state: 'ready', segments: 0, layout: [0] });
  expect(gunzipSync(bytes)).toHaveLength(0);
});

/** Each look at the clock costs so much that every batch is a slice of its own. */
function slowly(engine: Engine): void {
  const { now } = engine.tools;
  engine.tools.now = () => {
    engine.clock.ms += 16_000;
    return now();
  };
}

test('slices that hand on after each batch make the same file, its index and its end', async () => {
  const engine = openToys();
  slowly(engine);
  const { job } = await engine.accept('ledger', april);
  await engine.drain();
  const ended = await engine.find(job);
  expect(ended).toMatchObject({ state: 'ready', rows: 72 });
  expect(engine.filesOf(ended)['clicks.ledger']!.equals(LEDGER)).toBe(true);
  expect((await engine.jobs.segments(job.jobId)).every(({ fence }) => fence > 2)).toBe(true);
});

test('a long end keeps its lease, and stops when the job is lost', async () => {
  const engine = openToys();
  const { job } = await engine.accept('ledger', april);
  // Up to the assembly, then slowly.
  for (let message = engine.queue.messages.shift(); message; message = engine.queue.messages.shift()) {
    const { stage } = await engine.find(job);
    if (stage === 'assemble') slowly(engine);
    await engine.work(message);
  }
  const ended = await engine.find(job);
  expect(ended).toMatchObject({ state: 'ready', rows: 72 });
  expect(engine.filesOf(ended)['clicks.ledger']!.equals(LEDGER)).toBe(true);
});

test.each([0, 101])('a job of %d files is an accident of its kind', async (count) => {
  const engine = openToys();
  const kind = engine.tools.kinds('ledger');
  engine.tools.kinds = () => ({
    ...kind,
    cut: async () => ({ files: Array.from({ length: count }, () => []), rowsTotal: null }),
  });
  await engine.accept('ledger', april);
  await expect(engine.work(engine.queue.messages.shift()!)).rejects.toThrow(
    `${count} files; a job has 1 to 100`,
  );
});

describe('a kind over ids in a given order', () => {
  const dead = () => `dead${newUuid().slice(4)}`;
  const ids = Array.from({ length: 20 }, newUuid).toReversed();
  const asSent = [ids[7]!, ids[3]!, dead(), ...ids, ids[7]!];
  const wanted = picturesOf(asSent);

  /** The job of a pictures export is ready, with both of its files, which name the ids as they were sent. */
  async function expectPictures(engine: Engine, job: ExportJob) {
    const ended = await engine.find(job);
    expect(ended).toMatchObject({ state: 'ready', rows: 23, skippedRows: 1, layout: [8, 0], failure: null });
    const files = engine.filesOf(ended);
    expect(String(files.pictures)).toBe(wanted.pictures);
    expect(String(files['manifest.json'])).toBe(wanted.manifest);
    for (const file of ended.files) expect(file.crc32).toBe(crc32(engine.files.objects.get(file.key)!));
    expect(ended.files.map(({ rows }) => rows)).toEqual([23, 0]);
  }

  test('keeps their order, repeats too, over segments, pieces and files', async () => {
    const engine = openToys();
    const { job } = await engine.accept('pictures', { url_ids: asSent });
    await engine.drain();
    await expectPictures(engine, job);
    expect((await engine.find(job)).frozenLinks).toMatchObject({
      pieces: [{ count: 8 }, { count: 8 }, { count: 8 }],
    });
  });

  test.each(['before', 'after'] as const)('keeps it wherever two workers die (%s a call)', async (when) => {
    let n = 1;
    for (let died = true; died; n += 1) {
      const engine = openToys();
      const { job } = await engine.accept('pictures', { url_ids: asSent });
      died = await runWithDeaths(engine, n, when);
      await expectPictures(engine, job);
    }
    expect(n).toBeGreaterThan(60);
  });

  test('a job of no ids has files of nothing but a beginning and an end', async () => {
    const engine = openToys();
    const { job } = await engine.accept('pictures', { url_ids: [] });
    await engine.drain();
    const ended = await engine.find(job);
    // None of no pictures could be made: that is a failure of this kind, and its manifest says so.
    expect(ended).toMatchObject({ state: 'failed', layout: [0, 0] });
    expect(String(engine.filesOf(ended)['manifest.json'])).toBe('{"results":[]}');
  });

  test('choosing goes on from slice to slice', async () => {
    const engine = openToys();
    const many = Array.from({ length: 60 }, newUuid).toReversed();
    const { job } = await engine.accept('pictures', { url_ids: many });
    // Each look at the clock is most of a slice.
    const { now } = engine.tools;
    engine.tools.now = () => {
      engine.clock.ms += 9_000;
      return now();
    };
    const message = engine.queue.messages.shift()!;
    await engine.work(message);
    const choosing = await engine.find(job);
    expect(choosing).toMatchObject({ state: 'processing', stage: 'plan', claims: 0 });
    const chosen = choosing.choosing!.pieces.reduce((sum, { count }) => sum + count, 0);
    expect(chosen).toBeGreaterThan(0);
    expect(chosen).toBeLessThan(60);
    expect(engine.queue.messages).toContainEqual(message);
    engine.tools.now = now;
    await engine.drain();
    const ended = await engine.find(job);
    expect(ended.state).toBe('ready');
    expect(String(engine.filesOf(ended).pictures)).toBe(picturesOf(many).pictures);
    expect(ended.choosing).toBeNull();
  });
});

describe('a job that failed, with a file', () => {
  const asSent = Array.from({ length: 5 }, () => `dead${newUuid().slice(4)}`);
  const failed = async () => {
    const engine = openToys();
    const { job } = await engine.accept('pictures', { url_ids: asSent });
    await engine.drain();
    return { engine, job: await engine.find(job) };
  };
  const download = ({ tools, clock }: Engine, job: ExportJob, name?: string) =>
    mintDownload(job, { name, regenerateUrl: 'again' }, { files: tools.files, nowMs: clock.ms });

  test('shows the file that tells why, and no other', async () => {
    const { engine, job } = await failed();
    expect(job).toMatchObject({
      state: 'failed',
      failure: { message: 'none of the pictures could be made' },
      files: [{ name: 'manifest.json' }],
    });
    expect(String(engine.filesOf(job)['manifest.json'])).toBe(picturesOf(asSent).manifest);
    await expect(download(engine, job, 'manifest.json')).resolves.toMatchObject({ url: expect.any(String) });
    await expect(download(engine, job)).rejects.toMatchObject({
      code: 'export_job_failed',
      message:
        'the export failed: none of the pictures could be made; manifest.json tells more (file=manifest.json)',
    });
    await expect(download(engine, job, 'pictures')).rejects.toMatchObject({ code: 'export_job_failed' });
    expect(await engine.jobs.findSlots(WORKSPACE)).toMatchObject({ running: [], waiting: [] });
  });

  test('keeps it for as long as any file, and nothing else', async () => {
    const { engine, job } = await failed();
    const sweepAt = async (ms: number) => {
      engine.clock.ms = ms;
      await sweepExports(engine.tools, ms + 50_000);
    };
    await sweepAt(job.finishedAtMs! + CLEAN_AFTER_MS);
    expect([...engine.files.objects.keys()]).toEqual([job.files[0]!.key]);
    expect(engine.files.uploads.size).toBe(0);

    engine.clock.ms = job.finishedAtMs! + FILE_MS;
    await expect(download(engine, job, 'manifest.json')).rejects.toMatchObject({ code: 'export_job_failed' });
    await sweepAt(job.finishedAtMs! + FILE_MS);
    expect(await engine.find(job)).toMatchObject({ state: 'failed', files: [] });
    await sweepAt(job.finishedAtMs! + FILE_MS + SPARE_MS);
    expect(engine.files.objects.size).toBe(0);
    expect(await engine.find(job)).toMatchObject({ state: 'failed', unclean: false, dueAtMs: null });
  });

  test.each(['before', 'after'] as const)(
    'tells the same wherever two workers die (%s a call)',
    async (when) => {
      let n = 1;
      for (let died = true; died; n += 1) {
        const engine = openToys();
        const { job } = await engine.accept('pictures', { url_ids: asSent });
        died = await runWithDeaths(engine, n, when);
        const ended = await engine.find(job);
        expect({ n, state: ended.state, files: ended.files.map(({ name }) => name) }).toEqual({
          n,
          state: 'failed',
          files: ['manifest.json'],
        });
        expect(String(engine.filesOf(ended)['manifest.json'])).toBe(picturesOf(asSent).manifest);
      }
      expect(n).toBeGreaterThan(20);
    },
  );
});
