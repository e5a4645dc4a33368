import { crc32 } from 'node:zlib';
import { ulid } from 'ulid';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import { cancelExport } from '#shared/exports/engine/cancel-export.ts';
import { runStep } from '#shared/exports/engine/run-step.ts';
import { settleDeadLetter } from '#shared/exports/engine/settle-dead-letter.ts';
import { sweepExports } from '#shared/exports/engine/sweep-exports.ts';
import { workMessage } from '#shared/exports/engine/work-message.ts';
import type { Segment } from '#shared/exports/jobs/job.ts';
import { CLEAN_AFTER_MS, FILE_MS, LEASE_MS, MAX_CLAIMS, SPARE_MS } from '#shared/exports/jobs/timings.ts';
import { firstUuidAt } from '#shared/ids.ts';
import { aClick } from '#test/support/clicks.ts';
import { linksOf, openExports, WORKSPACE } from '#test/support/exports.ts';
import { aLink } from '#test/support/links.ts';

const april = { date_from: '2026-04-01', date_to: '2026-04-10' };
const APRIL_1 = Date.UTC(2026, 3, 1);

const someClicks = (count: number) =>
  Array.from({ length: count }, (_, n) => {
    const atMs = APRIL_1 + n * 60_000;
    return aClick({ atMs, clickId: ulid(atMs), workspaceId: WORKSPACE, shortCode: `slug-${n}` });
  });

/** An engine with one accepted job of 30 clicks: one segment of several parts. */
async function withJob(count = 30) {
  const engine = openExports({ clicks: someClicks(count) });
  const { job } = await engine.accept('analytics', april);
  const message = engine.queue.messages[0]!;
  const sweep = () => sweepExports(engine.tools, engine.clock.ms + 50_000);
  const segment = async (): Promise<Segment> => (await engine.jobs.findSegment(job.jobId, 0))!;
  /** Fails every call of one method of a port from now on, before or after it took effect. */
  const failing = <P extends 'jobs' | 'files' | 'queue'>(
    port: P,
    method: string,
    when: 'before' | 'after',
    times = 1,
  ) => {
    let left = times;
    const real = engine.tools[port] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const faulty = async (...args: unknown[]) => {
      if (left-- <= 0) return real[method]!(...args);
      if (when === 'after') await real[method]!(...args);
      throw new Error(`${method} failed`);
    };
    return { ...engine.tools, [port]: { ...real, [method]: faulty } } as typeof engine.tools;
  };
  const work = (tools = engine.tools, ring = message) => workMessage(ring, tools, engine.clock.ms + 120_000);
  return { ...engine, job, message, sweep, segment, failing, work };
}

type Engine = Awaited<ReturnType<typeof withJob>>;

/** The job is ready and its file has every row once and in order. */
async function expectWhole({ find, files, job }: Engine, count = 30) {
  const ended = await find(job);
  expect(ended).toMatchObject({ state: 'ready', rows: count });
  const bytes = files.objects.get(ended.files[0]!.key)!;
  expect(ended.files[0]).toMatchObject({ bytes: bytes.length, crc32: crc32(bytes), rows: count });
  const codes = bytes
    .toString()
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[2]);
  expect(codes).toEqual(Array.from({ length: count }, (_, n) => `slug-${n}`));
}

/** Lets time pass and the sweeper ring, minute by minute, working off what is rung. */
async function recover(engine: Engine, minutes = 6) {
  for (let n = 0; n < minutes; n += 1) {
    engine.clock.ms += 60_000;
    await engine.sweep();
    await engine.drain();
  }
}

describe('accepting', () => {
  test('a job whose ring is lost is rung for by the sweeper', async () => {
    const engine = await withJob();
    engine.queue.messages.length = 0;
    await recover(engine, 1);
    await expectWhole(engine);
  });

  test('a ring that fails fails no acceptance', async () => {
    const { failing } = await withJob();
    const engine = openExports();
    engine.tools.queue = failing('queue', 'send', 'before', 99).queue;
    expect((await engine.accept('analytics', april)).outcome).toBe('accepted');
  });

  test('a transaction that times out but had committed is found to have', async () => {
    const engine = openExports();
    const { write } = engine.jobs;
    engine.jobs.write = async (...args) => {
      engine.jobs.write = write;
      await write(...args);
      throw new Error('timed out');
    };
    const { job, outcome } = await engine.accept('analytics', april);
    expect(outcome).toBe('accepted');
    expect((await engine.jobs.findSlots(WORKSPACE))!.running).toEqual([
      { jobId: job.jobId, specHash: job.specHash },
    ]);
  });
});

describe('a worker', () => {
  test.each([
    ['files', 'begin', 'before'],
    ['files', 'begin', 'after'],
    ['files', 'uploadPart', 'before'],
    ['files', 'uploadPart', 'after'],
    ['files', 'complete', 'before'],
    ['jobs', 'write', 'before'],
    ['jobs', 'findSegment', 'before'],
  ] as const)(
    'after an accident at %s.%s (%s) keeps the message, and the job is made all the same',
    async (port, method, when) => {
      const engine = await withJob();
      await expect(engine.work(engine.failing(port, method, when))).rejects.toThrow(`${method} failed`);
      engine.queue.messages.length = 0;
      await recover(engine);
      await expectWhole(engine);
    },
  );

  test('is not troubled by a completion that fails after it succeeded', async () => {
    const engine = await withJob();
    await engine.work(engine.failing('files', 'complete', 'after'));
    await expectWhole(engine);
  });

  test('is not troubled by writes that succeed and say otherwise', async () => {
    const engine = await withJob();
    await engine.work(engine.failing('jobs', 'write', 'after', 99));
    await expectWhole(engine);
  });

  test('that went away is followed by another within 150 seconds', async () => {
    const engine = await withJob();
    const never = { ...engine.tools, sources: { ...engine.tools.sources, clicks: silent() } };
    void engine.work(never);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await engine.find(engine.job)).state).toBe('processing');
    engine.queue.messages.length = 0;
    engine.clock.ms += LEASE_MS;
    await engine.sweep();
    await engine.drain();
    await expectWhole(engine);
  });

  test('delivered twice at once does the work once', async () => {
    const engine = await withJob();
    await Promise.all([engine.work(), engine.work()]);
    await engine.drain();
    await expectWhole(engine);
    expect((await engine.segment()).fence).toBe(1);
  });

  test('of a job that is ready changes nothing', async () => {
    const engine = await withJob();
    await engine.work();
    const before = structuredClone([...engine.jobs.rows.values()]);
    for (const step of ['plan', 'assemble'] as const) {
      expect(await runStep({ ...engine.message, step }, engine.tools, engine.clock.ms)).toBe('finished');
    }
    expect(await runStep({ ...engine.message, step: 'segment', segment: 0 }, engine.tools, 0)).toBe(
      'finished',
    );
    expect([...engine.jobs.rows.values()]).toEqual(before);
  });

  test('that is paused beyond its lease cannot record a part, publish or spoil anything', async () => {
    const engine = await withJob();
    const paused = pausing(engine, 'uploadPart');
    const slow = engine.work(paused.tools);
    await paused.reached;
    engine.queue.messages.length = 0;
    engine.clock.ms += LEASE_MS;
    await engine.sweep();
    await engine.drain();
    await expectWhole(engine);
    paused.goOn();
    await slow;
    await expectWhole(engine);
    engine.clock.ms += CLEAN_AFTER_MS;
    await engine.sweep();
    expect(engine.files.uploads.size).toBe(0);
  });

  test('that wakes up to publish a canceled job is refused', async () => {
    const engine = await withJob();
    const paused = pausing(engine, 'complete');
    const slow = engine.work(paused.tools);
    await paused.reached;
    await cancelExport(WORKSPACE, engine.job.jobId, engine.tools);
    paused.goOn();
    await slow;
    expect(await engine.find(engine.job)).toMatchObject({ state: 'canceled', files: [] });
  });

  test('whose recorded part was overwritten begins the segment anew', async () => {
    const engine = await withJob();
    const { complete } = engine.files;
    engine.files.complete = async (upload, ...rest) => {
      engine.files.complete = complete;
      await engine.files.uploadPart(upload, 1, Buffer.from('somebody else'));
      return complete(upload, ...rest);
    };
    await engine.work();
    expect((await engine.segment()).restarts).toBe(1);
    await engine.drain();
    await expectWhole(engine);
  });

  test('whose bytes were changed on their way begins the segment anew: nobody gets a wrong file', async () => {
    const engine = await withJob();
    const { uploadPart } = engine.files;
    engine.files.uploadPart = async (upload, number, bytes) => {
      engine.files.uploadPart = uploadPart;
      // The store takes what arrives, and names it by an etag that is right for it.
      return uploadPart(upload, number, Buffer.from(bytes).fill('x', 0, 1));
    };
    await engine.work();
    expect((await engine.segment()).restarts).toBe(1);
    await engine.drain();
    await expectWhole(engine);
  });

  test('hands on in mid-page when its time is over', async () => {
    const engine = await withJob();
    engine.tools.sources = { ...engine.tools.sources, clicks: takingTime(engine, 20_000) };
    await engine.work();
    const { cursor, state } = await engine.segment();
    expect({ read: cursor !== null, state }).toEqual({ read: true, state: 'open' });
    expect(engine.queue.messages.filter(({ step }) => step === 'segment')).toHaveLength(1);
    await engine.drain();
    await expectWhole(engine);
  });

  test('makes one part of a segment that yields less than a part for many slices', async () => {
    const engine = await withJob(20);
    engine.tools.sizes = { ...engine.tools.sizes, partBytes: 1e6, minPartBytes: 1e6 };
    engine.tools.sources = { ...engine.tools.sources, clicks: takingTime(engine, 50_000) };
    await engine.drain();
    expect((await engine.segment()).upload!.parts).toHaveLength(1);
    await expectWhole(engine, 20);
  });

  test('fails a job that gets nowhere eight times, and no sooner', async () => {
    const engine = await withJob();
    engine.tools.sources = {
      ...engine.tools.sources,
      clicks: {
        // biome-ignore lint/correctness/useYield: it fails before
        async *read() {
          throw new Error('throttled');
        },
      },
    };
    await engine.work().catch(() => undefined);
    for (let minute = 0; minute < 60; minute += 1) {
      engine.clock.ms += 60_000;
      await engine.sweep();
      for (let ring = engine.queue.messages.shift(); ring; ring = engine.queue.messages.shift()) {
        await engine.work(engine.tools, ring).catch(() => undefined);
      }
      const { state } = await engine.find(engine.job);
      if ((await engine.segment()).claims < MAX_CLAIMS) expect(state).toBe('processing');
    }
    const ended = await engine.find(engine.job);
    expect(ended).toMatchObject({ state: 'failed', failure: { code: 'internal_error' } });
    expect(await engine.jobs.findSlots(WORKSPACE)).toMatchObject({ running: [] });
  });
});

describe('canceling', () => {
  test('at any step leaves no place taken, no file and no leftovers', async () => {
    const states: string[] = [];
    for (let step = 1; states.at(-1) !== 'ready'; step += 1) {
      const engine = await withJob(100);
      const { write } = engine.jobs;
      let writes = 0;
      engine.jobs.write = async (records, token) => {
        const outcome = await write(records, token);
        writes += 1;
        if (writes === step) await cancelExport(WORKSPACE, engine.job.jobId, engine.tools);
        return outcome;
      };
      await engine.drain();
      const { state, files } = await engine.find(engine.job);
      states.push(state);
      expect(files).toHaveLength(state === 'ready' ? 1 : 0);
      expect(await engine.jobs.findSlots(WORKSPACE)).toMatchObject({ running: [], waiting: [] });
      engine.clock.ms += CLEAN_AFTER_MS + LEASE_MS;
      await engine.sweep();
      expect([...engine.files.objects.keys()]).toEqual(files.map(({ key }) => key));
      expect(engine.files.uploads.size).toBe(0);
    }
    expect(states.slice(0, -1)).toEqual(Array(states.length - 1).fill('canceled'));
    expect(states.length).toBeGreaterThan(10);
  });
});

describe('links that change while they are read', () => {
  test('are each in the file once: those that were there at first and still are when they are met', async () => {
    const nowMs = Date.UTC(2026, 3, 20, 12);
    const links = Array.from({ length: 120 }, (_, n) =>
      aLink({
        workspaceId: WORKSPACE,
        urlId: firstUuidAt(nowMs - 200_000 + n * 1_000),
        shortCode: `slug-${n}`,
      }),
    );
    const engine = openExports({}, { nowMs });
    const page = (request: Parameters<ReturnType<typeof linksOf>['page']>[0]) =>
      linksOf(links).page({ ...request, limit: 10 });
    let pages = 0;
    engine.tools.sources = {
      ...engine.tools.sources,
      links: {
        ...engine.tools.sources.links,
        page: async (request) => {
          pages += 1;
          // The planner looks first; what changes then, changes before anything is read.
          if (pages === 70) {
            links.splice(110, 1);
            links.splice(0, 1);
            links.push(
              aLink({ workspaceId: WORKSPACE, urlId: firstUuidAt(nowMs + 1_000), shortCode: 'new' }),
            );
          }
          return page(request);
        },
      },
    };
    const { bytes } = await engine.run('link_catalog', {});
    const codes = bytes
      .toString()
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[1]!);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).not.toContain('new');
    expect(codes).not.toContain('slug-110');
    const stayed = links.slice(0, -1).map(({ shortCode }) => shortCode);
    expect(codes.filter((code) => code !== 'slug-0')).toEqual(stayed);
  });
});

describe('the sweeper', () => {
  test('never fails what was never claimed, and rings ever more rarely', async () => {
    const engine = await withJob();
    let rings = 0;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      engine.queue.messages.length = 0;
      engine.clock.ms += 60_000;
      await engine.sweep();
      rings += engine.queue.messages.length;
    }
    expect((await engine.find(engine.job)).state).toBe('queued');
    expect(rings).toBeGreaterThan(20);
    expect(rings).toBeLessThan(40);
  });

  test('tells of steps that nobody takes', async () => {
    const engine = await withJob();
    let stuck = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      engine.clock.ms += 60_000;
      stuck += (await engine.sweep()).stuck;
    }
    expect(stuck).toBeGreaterThan(0);
  });

  test('removes what an ended job leaves, but not its file', async () => {
    const engine = await withJob(400);
    await engine.files.put(`temporary/${WORKSPACE}/${engine.job.jobId}/tail-0-1-0`, Buffer.from('x'));
    await engine.files.begin(`exports/${WORKSPACE}/${engine.job.jobId}/file-9`, {
      name: 'x',
      contentType: 'x',
    });
    await engine.drain();
    const before = engine.files.objects.size;
    engine.clock.ms += CLEAN_AFTER_MS;
    await engine.sweep();
    expect(before).toBeGreaterThan(3);
    expect([...engine.files.objects.keys()]).toEqual([(await engine.find(engine.job)).files[0]!.key]);
    expect(engine.files.uploads.size).toBe(0);
  });

  test('expires a file after thirty days, and removes it a day later: a link may have been minted at the end', async () => {
    const engine = await withJob();
    await engine.drain();
    engine.clock.ms += CLEAN_AFTER_MS;
    await engine.sweep();
    engine.clock.ms += FILE_MS - CLEAN_AFTER_MS - 1;
    await engine.sweep();
    expect((await engine.find(engine.job)).state).toBe('ready');
    engine.clock.ms += 1;
    await engine.sweep();
    await engine.sweep();
    expect((await engine.find(engine.job)).state).toBe('expired');
    engine.clock.ms += SPARE_MS - 1;
    await engine.sweep();
    expect(engine.files.objects.size).toBe(1);
    engine.clock.ms += 1;
    await engine.sweep();
    expect(await engine.find(engine.job)).toMatchObject({ state: 'expired', dueAtMs: null, unclean: false });
    expect(engine.files.objects.size).toBe(0);
  });

  test('leaves a canceled job alone once its segments are at rest', async () => {
    const engine = await withJob(400);
    await runStep(engine.message, engine.tools, engine.clock.ms + 100_000);
    await cancelExport(WORKSPACE, engine.job.jobId, engine.tools);
    engine.queue.messages.length = 0;
    await recover(engine, 30);
    const due = [...engine.jobs.rows.values()].filter(
      ({ record }) => 'dueAtMs' in record && record.dueAtMs !== null,
    );
    expect(due).toEqual([]);
    expect(engine.files.objects.size).toBe(0);
  });
});

describe('a dead letter', () => {
  test('of a job that is not there, or has ended, leads to nothing', async () => {
    const engine = await withJob();
    const unknown = { ...engine.message, jobId: '0196ffff-0000-7000-8000-000000000000' };
    expect(await settleDeadLetter(unknown, engine.tools)).toBe('no such job');
    await engine.drain();
    expect(await settleDeadLetter(engine.message, engine.tools)).toBe('nothing left to do');
  });

  test('of a step that is at work leaves it there', async () => {
    const engine = await withJob();
    const paused = pausing(engine, 'uploadPart');
    const slow = engine.work(paused.tools);
    await paused.reached;
    const message = { ...engine.message, step: 'segment', segment: 0 } as const;
    expect(await settleDeadLetter(message, engine.tools)).toBe('at work');
    paused.goOn();
    await slow;
  });

  test('of a job that never ran brings the sweeper to it at once', async () => {
    const engine = await withJob();
    engine.queue.messages.length = 0;
    engine.clock.ms += 7_200_000;
    await engine.sweep();
    await engine.sweep();
    engine.queue.messages.length = 0;
    expect(await settleDeadLetter(engine.message, engine.tools)).toBe('rings anew');
    await engine.sweep();
    await engine.drain();
    await expectWhole(engine);
  });
});

/** A reader that never answers. */
const silent = () => ({
  async *read(): AsyncGenerator<RawClick[]> {
    await new Promise(() => undefined);
  },
});

/** The clicks of an engine, each batch taking some time. */
function takingTime({ tools, clock }: Engine, ms: number) {
  const { clicks } = tools.sources;
  return {
    async *read(range: Parameters<typeof clicks.read>[0]) {
      for await (const batch of clicks.read(range)) {
        clock.ms += ms;
        yield batch;
      }
    },
  };
}

/** Tools whose first call of a file method waits before it takes effect. */
function pausing({ tools }: Engine, method: 'uploadPart' | 'complete') {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const real = tools.files[method] as (...args: unknown[]) => Promise<unknown>;
  const slow = async (...args: unknown[]) => {
    reached.resolve();
    await gate.promise;
    return real(...args);
  };
  const files = { ...tools.files, [method]: slow };
  return { tools: { ...tools, files }, reached: reached.promise, goOn: gate.resolve };
}
