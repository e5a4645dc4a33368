import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Click } from '#shared/clicks/click.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { type ClockGuard, ClockWatch, clockGuard } from '#shared/clicks/clock-guard.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { type AcceptTools, acceptExport } from '#shared/exports/engine/accept-export.ts';
import { cancelExport } from '#shared/exports/engine/cancel-export.ts';
import type { WorkerTools } from '#shared/exports/engine/export-tools.ts';
import type { Sources } from '#shared/exports/engine/kind.ts';
import { settleDeadLetter } from '#shared/exports/engine/settle-dead-letter.ts';
import { sweepExports } from '#shared/exports/engine/sweep-exports.ts';
import { workMessage } from '#shared/exports/engine/work-message.ts';
import type { FileStore } from '#shared/exports/files/file-store.ts';
import {
  type ExportJob,
  hasEnded,
  type JobState,
  type Segment,
  type Slots,
} from '#shared/exports/jobs/job.ts';
import type { JobMessage } from '#shared/exports/jobs/job-queue.ts';
import { SLOTS_SK, workspacePk } from '#shared/exports/jobs/job-rows.ts';
import type { JobStore } from '#shared/exports/jobs/job-store.ts';
import { keepsFiles } from '#shared/exports/jobs/outcomes.ts';
import { firstUuidAt } from '#shared/ids.ts';
import type { Link } from '#shared/links/link.ts';
import { Problem } from '#shared/problem.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { aClick } from '#test/support/clicks.ts';
import { clicksOf, HORIZON_MS, linksOf, SMALL, totalsOf, WORKSPACE } from '#test/support/exports.ts';
import { aLink } from '#test/support/links.ts';
import { memoryFileStore } from '#test/support/memory/file-store.ts';
import { memoryJobStore } from '#test/support/memory/job-store.ts';
import { type Actor, NO_FAULTS, Simulation } from '#test/support/simulation.ts';
import { ledgerOf, picturesOf, toyFormat, toyKind } from '#test/support/toy-exports.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 3, 20, 12);
const FUNCTION_MS = 120_000;
/** A function that is paused does not see its time pass; in the end it goes away all the same. */
const PAUSED_MS = 400_000;
const VISIBILITY_MS = 720_000;
const MAX_RECEIVES = 5;
const FAULTY_MS = 40 * MINUTE_MS;
/** From the last fault on everything must have ended within this time. */
const QUIET_MS = 8 * 60 * MINUTE_MS;
/** The link that all clicks are of. */
const CLICKED_MS = START_MS - 3_700_000;
const CLICKED = {
  urlId: firstUuidAt(CLICKED_MS),
  space: 'everywhere',
  shortCode: 'lc',
  createdAtMs: CLICKED_MS,
};
const keyMark = (key: number): string => `203${key}-01-01`;

/** The sources are read by a client that tries again by itself, so fewer failures show. */
const READ_FAULTS = 0.1;
const PLAN = { ...PLANS.enterprise, runningExports: 2, waitingExports: 3 };

/** A table that is stalled answers after this, when its callers would rather have given up. */
const STALL_MS = 20_000;
/** Records of the simulation are small; one that grows is found long before it meets DynamoDB's bound. */
const MOST_ITEM_BYTES = 24 * 1024;
/** More than an item of the simulation may have, were they kept in it. */
const MANY_DOMAINS = Array.from({ length: 500 }, (_, n) => `${'long-name-'.repeat(10)}${n}.example.com`);

/** What is taken away to see whether it was needed. */
export type Ablation = 'the clock guard' | 'the checksum';

type Sent = { message: JobMessage; receives: number };

/**
 * The export engine with all its actors, in memory: clients that accept, repeat and cancel, a queue that loses and
 * doubles messages and buries them in the end, workers that are killed and paused, the sweeper, the dead letters, a
 * table that stalls, a file store that mixes bytes up and does not remove what it should, clocks that are far off.
 */
export class SimulatedWorld {
  readonly sim: Simulation;
  readonly jobs: ReturnType<typeof memoryJobStore>;
  readonly files: ReturnType<typeof memoryFileStore>;
  readonly clicks: Click[];
  readonly links: Link[];
  readonly #clickReader: Sources['clicks'];
  readonly #totals: Sources['totals'];
  readonly ended = new Map<string, JobState>();
  readonly accepted = new Set<string>();
  #admissions: string[] = [];
  #ids = 0;
  #clientsLeft = 0;
  #changed = true;
  #crashRate: number;
  #readMs: number;
  #stalls: readonly { fromMs: number; toMs: number }[];
  readonly #without: Ablation | undefined;
  #refusedForGood: string | undefined;

  constructor(seed: number, without?: Ablation) {
    this.#without = without;
    this.sim = new Simulation(seed, START_MS);
    const { sim } = this;
    this.jobs = memoryJobStore(MOST_ITEM_BYTES);
    this.files = memoryFileStore({ minPartBytes: SMALL.minPartBytes, newId: () => this.#newId() });
    const rate = sim.chance(0.2) ? 0 : sim.between(0, 0.05);
    sim.faults = { before: rate, after: rate, delayed: rate / 2, duplicated: rate / 2 };
    this.#crashRate = sim.chance(0.3) ? 0 : sim.between(0, 0.5);
    // Slow reads end slices in mid-segment, and make parts of tails.
    this.#readMs = sim.chance(0.5) ? 0 : sim.between(1_000, 12_000);
    this.#stalls = Array.from({ length: sim.chance(0.4) ? 2 : 0 }, () => {
      const fromMs = START_MS + sim.between(0, FAULTY_MS / 2);
      return { fromMs, toMs: fromMs + sim.between(MINUTE_MS, 8 * MINUTE_MS) };
    });
    const count = Math.floor(sim.between(0, 130));
    this.clicks = Array.from({ length: count }, (_, n) => this.#click(n, count));
    this.links = [
      aLink({ workspaceId: WORKSPACE, ...CLICKED }),
      ...Array.from({ length: Math.floor(sim.between(0, 90)) }, (_, n) =>
        aLink({
          workspaceId: WORKSPACE,
          urlId: firstUuidAt(START_MS - 3_600_000 + n * 10_000),
          shortCode: `l${n}`,
        }),
      ),
    ];
    this.#clickReader = clicksOf(this.clicks);
    this.#totals = totalsOf([], this.clicks);
    const { write } = this.jobs;
    this.jobs.write = async (records, token) => {
      this.#changed = true;
      return write(records, token).catch((error: Error) => {
        if (error.name === 'ValidationException') this.#refusedForGood = error.message;
        throw error;
      });
    };
    sim.check = () => this.#checkAlways();
  }

  #click(n: number, count: number): Click {
    const atMs = Date.UTC(2026, 3, 10) + Math.floor((n * 9 * 86_400_000) / count);
    const clickId = `${ulidTime(atMs)}${String(n).padStart(16, '0')}`;
    return aClick({ clickId, workspaceId: WORKSPACE, urlId: CLICKED.urlId, shortCode: `c${n}` });
  }

  #newId(): string {
    this.#ids += 1;
    return firstUuidAt(this.sim.nowMs).slice(0, -12) + String(this.#ids).padStart(12, '0');
  }

  /** Lets clients come, faults happen and then stop, and everything come to its end. */
  async play(): Promise<void> {
    const { sim } = this;
    this.#clientsLeft = 3 + Math.floor(sim.between(0, 5));
    for (let n = this.#clientsLeft; n > 0; n -= 1) {
      const leave = () => {
        this.#clientsLeft -= 1;
      };
      const come = () => this.#client(n).finally(leave);
      sim.schedule(sim.between(0, 3 * MINUTE_MS), () => void come());
    }
    this.#sweepEveryMinute();
    this.#editLinks();
    await sim.run(START_MS + FAULTY_MS, () => this.#isOver());
    sim.faults = NO_FAULTS;
    this.#crashRate = 0;
    await sim.run(START_MS + FAULTY_MS + QUIET_MS, () => this.#isOver());
    this.#checkAtTheEnd();
  }

  // ---- Actors ----

  async #client(n: number): Promise<void> {
    const { sim } = this;
    const key = sim.chance(0.4) ? n % 2 : undefined;
    const kind = key === undefined ? this.#anyKind() : 'link_catalog';
    const body = this.#bodyOf(kind);
    // A spec that only this key has, and all links match: its jobs can be counted.
    if (key !== undefined) Object.assign(body, { sort: 'created_at', q: 'l', created_before: keyMark(key) });
    const spec = toyKind(kind).schema.parse(body) as Record<string, unknown>;
    // A client that does not hear back tries again; without a key that may make a second job.
    for (let attempt = 0; attempt < 4; attempt += 1) {
      try {
        const { job } = await acceptExport(
          {
            workspaceId: WORKSPACE,
            plan: PLAN,
            kind,
            spec,
            requestedBy: { keyId: null, email: null },
            idempotencyKey: key === undefined ? undefined : `key ${key}`,
            force: key !== undefined || sim.chance(0.3),
          },
          this.#tools(sim.actor(), this.#clientSkewMs()),
        );
        this.accepted.add(job.jobId);
        if (sim.chance(0.25)) sim.schedule(sim.between(0, 5 * MINUTE_MS), () => void this.#cancel(job.jobId));
        return;
      } catch (error) {
        if (error instanceof Problem && error.code === 'too_many_export_jobs') return;
        await sim.actor().sleep(sim.between(100, 20_000));
      }
    }
  }

  #anyKind(): string {
    const { sim } = this;
    if (sim.chance(0.3)) return sim.chance(0.5) ? 'ledger' : 'pictures';
    return sim.chance(0.6) ? 'analytics' : 'link_catalog';
  }

  #bodyOf(kind: string): Record<string, unknown> {
    const { sim } = this;
    if (kind === 'link_catalog')
      return { sort: sim.chance(0.5) ? 'created_at' : '-created_at', q: sim.chance(0.5) ? 'l' : undefined };
    if (kind === 'pictures') {
      const deadRate = sim.chance(0.2) ? 1 : 0.2;
      const ids = Array.from({ length: Math.floor(sim.between(0, 25)) }, () => this.#newId());
      return { url_ids: ids.reverse().map((id) => (sim.chance(deadRate) ? `dead${id.slice(4)}` : id)) };
    }
    return {
      date_from: '2026-04-10',
      date_to: `2026-04-${12 + Math.floor(sim.between(0, 8))}`,
      // All clicks are of the last of them, and of a link in this space.
      ...(sim.chance(0.08) ? { domains: [...MANY_DOMAINS, aClick({ workspaceId: WORKSPACE }).domain] } : {}),
      ...(sim.chance(0.2) ? { spaces: [CLICKED.space] } : {}),
    };
  }

  async #cancel(jobId: string): Promise<void> {
    await cancelExport(WORKSPACE, jobId, this.#tools(this.sim.actor())).catch(() => undefined);
  }

  #editLinks(): void {
    const { sim, links } = this;
    sim.schedule(sim.between(0, 20_000), () => {
      if (sim.nowMs > START_MS + 10 * MINUTE_MS) return;
      const at = Math.floor(sim.random() * links.length);
      if (links[at])
        links[at] = { ...links[at], title: `edited at ${sim.nowMs}`, tags: ['x'.repeat(sim.nowMs % 40)] };
      const n = links.length;
      // Two of one millisecond are two all the same.
      links.push(aLink({ workspaceId: WORKSPACE, urlId: this.#newId(), shortCode: `l${n}` }));
      this.#editLinks();
    });
  }

  #sweepEveryMinute(): void {
    this.sim.schedule(MINUTE_MS, () => {
      const actor = this.sim.actor();
      this.#killAt(actor, FUNCTION_MS / 2);
      void sweepExports(this.#tools(actor), this.sim.nowMs + 50_000).catch(() => undefined);
      this.#sweepEveryMinute();
    });
  }

  #send(sent: Sent): void {
    const { sim } = this;
    sim.schedule(sim.between(1, 2_000), () => this.#deliver(sent));
    // At least once.
    if (sim.chance(0.03)) sim.schedule(sim.between(1, 5_000), () => this.#deliver({ ...sent }));
  }

  #deliver(sent: Sent): void {
    const { sim } = this;
    sent.receives += 1;
    if (sent.receives > MAX_RECEIVES) {
      this.#bury(sent.message);
      return;
    }
    const comesAgain = () => sim.schedule(VISIBILITY_MS, () => this.#deliver(sent));
    const actor = sim.actor(comesAgain);
    this.#killAt(actor, PAUSED_MS);
    const done = workMessage(sent.message, this.#tools(actor), sim.nowMs + FUNCTION_MS);
    done.catch(comesAgain);
    done.finally(() => this.#retire(actor)).catch(() => undefined);
  }

  /** Whoever has answered can no longer be killed. */
  #retire(actor: Actor): void {
    retired.add(actor);
  }

  #killAt(actor: Actor, limitMs: number): void {
    const atMs = this.sim.chance(this.#crashRate) ? this.sim.between(0, 15_000) : limitMs;
    this.sim.schedule(atMs, () => {
      if (!retired.has(actor)) actor.kill();
    });
  }

  #bury(message: JobMessage): void {
    const tools = this.#tools(this.sim.actor());
    void settleDeadLetter(message, tools).catch(() =>
      this.sim.schedule(VISIBILITY_MS, () => this.#bury(message)),
    );
  }

  // ---- Ports ----

  /** A clock is right or far off: what a catalog holds is told by it. */
  #clientSkewMs(): number {
    const { sim } = this;
    return sim.faults !== NO_FAULTS && sim.chance(0.15)
      ? (sim.chance(0.5) ? 1 : -1) * sim.between(20_000, 600_000)
      : 0;
  }

  #tools(actor: Actor, skewMs = this.sim.between(-3_000, 3_000)): WorkerTools & AcceptTools {
    const now = () => Math.trunc(this.sim.nowMs + skewMs);
    const jobs = throughPort<JobStore>(this.jobs, actor);
    return {
      jobs: this.#stalling(jobs, actor),
      files: throughPort<FileStore>(this.#faultyFiles(), actor),
      queue: { send: (message) => actor.call(async () => this.#send({ message, receives: 0 })) },
      sources: this.#sources(actor),
      kinds: toyKind,
      formats: toyFormat,
      sizes: SMALL,
      worker: 'simulated',
      now,
      newId: () => this.#newId(),
      sleep: (ms) => actor.sleep(ms),
      random: this.sim.random,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      horizonMs: HORIZON_MS,
      guard: this.#guard(now),
    };
  }

  /** By the date that the table's answers carry, in whole seconds. */
  #guard(now: () => number): ClockGuard {
    if (this.#without === 'the clock guard') return { check: async () => undefined };
    const watch = new ClockWatch();
    const probe = async () => {
      const sentAtMs = now();
      watch.observe({ sentAtMs, receivedAtMs: now(), dateMs: Math.floor(this.sim.nowMs / 1_000) * 1_000 });
    };
    return clockGuard({ watch, boundMs: horizonOf(HORIZON_MS / 1_000).clockBoundMs, now, probe });
  }

  /** While the table is stalled each call takes long: before it has its effect, or after. */
  #stalling(jobs: JobStore, actor: Actor): JobStore {
    const isStalled = () =>
      this.#stalls.some(({ fromMs, toMs }) => fromMs <= this.sim.nowMs && this.sim.nowMs < toMs);
    return around(jobs, async (call) => {
      if (!isStalled()) return call();
      const first = this.sim.chance(0.5);
      if (first) await actor.sleep(STALL_MS);
      const result = await call();
      if (!first) await actor.sleep(STALL_MS);
      return result;
    });
  }

  /** Bytes change on their way, and of many objects some are not removed. */
  #faultyFiles(): FileStore {
    const { sim, files } = this;
    const rate = sim.faults.before;
    return {
      ...files,
      uploadPart: (upload, number, bytes) =>
        files.uploadPart(upload, number, sim.chance(rate / 4) ? mixedUp(bytes) : bytes),
      complete: (upload, parts, sum) =>
        this.#without === 'the checksum'
          ? files.complete(upload, parts, this.#sumOf(upload.uploadId) ?? sum)
          : files.complete(upload, parts, sum),
      remove: async (keys) => {
        if (keys.length === 0 || !sim.chance(rate * 3)) return files.remove(keys);
        const left = keys.filter(() => sim.chance(0.5));
        await files.remove(keys.filter((key) => !left.includes(key)));
        if (left.length > 0)
          throw Object.assign(new Error(`not removed: ${left.join()}`), { name: 'SlowDown' });
      },
    };
  }

  /** Of whatever arrived: what a store that checks nothing would take. */
  #sumOf(uploadId: string): number | undefined {
    const upload = this.files.uploads.get(uploadId);
    if (!upload) return undefined;
    const parts = [...upload.parts].toSorted(([a], [b]) => a - b);
    return crc32(Buffer.concat(parts.map(([, { bytes }]) => bytes)));
  }

  #sources(actor: Actor): Sources {
    const clicks = this.#clickReader;
    const readMs = this.#readMs;
    const totals = this.#totals;
    const read = <T>(effect: () => Promise<T>) => actor.call(effect, READ_FAULTS);
    return {
      shortOrigin: 'https://{domain}',
      links: {
        page: (request) => read(() => linksOf(this.links).page({ ...request, limit: 9 })),
        findMany: (...args) => read(() => linksOf(this.links).findMany(...args)),
      },
      totals: { ...totals, workspaceDays: (...args) => read(() => totals.workspaceDays(...args)) },
      clicks: {
        async *read(range) {
          for await (const batch of clicks.read(range)) {
            await actor.sleep(readMs);
            yield await read(async () => batch);
          }
        },
      },
    };
  }

  // ---- Invariants ----

  #all(): ExportJob[] {
    return [...this.jobs.rows.values()].flatMap(({ record }) => (record.record === 'job' ? [record] : []));
  }

  /** How the jobs ended; some are made to fail, and say why in a file. */
  ends(): string[] {
    return this.#all().map(({ state, files }) =>
      state === 'failed' && files.length > 0 ? 'failed, with a file' : state,
    );
  }

  #slots(): Slots | undefined {
    return this.jobs.rows.get(`${workspacePk(WORKSPACE)}|${SLOTS_SK}`)?.record as Slots | undefined;
  }

  #isOver(): boolean {
    return this.#clientsLeft === 0 && this.#all().every((job) => hasEnded(job) && !job.unclean);
  }

  #checkAlways(): void {
    hold('item', this.#refusedForGood === undefined, `${this.#refusedForGood}`);
    if (!this.#changed) return;
    this.#changed = false;
    const jobs = this.#all();
    for (const { jobId, state } of jobs) {
      const before = this.ended.get(jobId);
      hold('J2', before === undefined || before === state, `${jobId} went from ${before} to ${state}`);
      if (hasEnded({ state })) this.ended.set(jobId, state);
    }
    const ids = (entries: readonly { jobId: string }[] = []) =>
      entries
        .map(({ jobId }) => jobId)
        .toSorted()
        .join();
    const slots = this.#slots();
    const live = jobs.filter((job) => !hasEnded(job));
    hold(
      'J5',
      ids(slots?.running) === ids(live.filter(({ admitted }) => admitted)),
      'running set is not the admitted jobs',
    );
    hold(
      'J5',
      ids(slots?.waiting) === ids(live.filter(({ admitted }) => !admitted)),
      'waiting set is not the waiting jobs',
    );
    hold('J5', (slots?.running.length ?? 0) <= PLAN.runningExports, 'more jobs run than may');
    this.#checkNamed(live);
    this.#checkAdmissions(jobs, slots);
  }

  /** Whoever goes on with a job finds every object that its records name. */
  #checkNamed(live: readonly ExportJob[]): void {
    const ids = new Set(live.map(({ jobId }) => jobId));
    const rows = [...this.jobs.rows.values()].map(({ record }) => record);
    const named = rows.flatMap((record) => {
      if (record.record === 'job' && ids.has(record.jobId)) return keysOfJob(record);
      return record.record === 'segment' && ids.has(record.jobId) ? keysOfSegment(record) : [];
    });
    const lost = named.filter((key) => !this.files.objects.has(key));
    hold('J9', lost.length === 0, `records name what is not there: ${lost.join()}`);
  }

  /** Waiters are admitted in the order in which they began to wait. */
  #checkAdmissions(jobs: readonly ExportJob[], slots: Slots | undefined): void {
    const waiting = slots?.waiting.map(({ jobId }) => jobId) ?? [];
    const left = this.#admissions.filter((jobId) => !waiting.includes(jobId));
    for (const jobId of left) {
      const job = jobs.find((candidate) => candidate.jobId === jobId)!;
      const older = this.#admissions.slice(0, this.#admissions.indexOf(jobId));
      const passed = older.filter((id) => waiting.includes(id));
      hold('J5', !job.admitted || passed.length === 0, `${jobId} was admitted before ${passed.join()}`);
    }
    this.#admissions = waiting;
  }

  #checkAtTheEnd(): void {
    const jobs = this.#all();
    for (const jobId of this.accepted)
      hold(
        'J1',
        jobs.some((job) => job.jobId === jobId),
        `${jobId} is lost`,
      );
    for (const job of jobs) {
      hold('J1', hasEnded(job), `${job.jobId} is still ${job.state} ${job.stage}`);
      hold('J8', job.files.length === 0 || keepsFiles(job), `${job.jobId} is ${job.state} with a file`);
      if (job.state === 'ready' || job.files.length > 0) this.#checkFiles(job);
    }
    for (const key of [0, 1]) {
      const made = jobs.filter(({ spec }) => spec.created_before === keyMark(key));
      hold('J7', made.length <= 1, `key ${key} made ${made.length} jobs`);
    }
    this.#checkLeftovers(jobs);
  }

  #checkFiles(job: ExportJob): void {
    const contents = job.files.map((file) => {
      const bytes = this.files.objects.get(file.key);
      hold('J3', bytes !== undefined, `${job.jobId} has no object`);
      hold('J3', bytes!.length === file.bytes, `${job.jobId} has other bytes than it says`);
      hold('J3', crc32(bytes!) === file.crc32, `${job.jobId} has another CRC than it says`);
      const sha256 = createHash('sha256').update(bytes!).digest('hex');
      hold('J3', (file.sha256 ?? sha256) === sha256, `${job.jobId} has another SHA-256 than it says`);
      return bytes!;
    });
    if (job.kind === 'pictures') this.#checkPictures(job, contents);
    else this.#checkRows(job, contents[0]!);
  }

  #checkRows(job: ExportJob, bytes: Buffer): void {
    const rows = this.#expected(job);
    hold('J3', job.files[0]!.rows === job.rows && job.rows === rows.length, `${job.jobId} counts other rows`);
    if (job.kind === 'ledger') {
      hold('J4', bytes.equals(ledgerOf(rows)), `${job.jobId} has other bytes than its rows make`);
      return;
    }
    const at = job.kind === 'analytics' ? 2 : 1;
    const lines = bytes.toString().split('\r\n').slice(1, -1);
    const found = lines.map((line) => line.split(',')[at]!);
    hold('J4', found.join() === rows.join(), `${job.jobId} has other rows: ${found.join()}`);
  }

  /** Pictures and their manifest, or of a job that could make none the manifest alone. */
  #checkPictures({ jobId, state, spec, files }: ExportJob, contents: readonly Buffer[]): void {
    const wanted = picturesOf(spec.url_ids as string[]);
    const none = !(spec.url_ids as string[]).some((id) => !id.startsWith('dead'));
    hold('J3', state === (none ? 'failed' : 'ready'), `${jobId} is ${state}`);
    const expected = none ? [wanted.manifest] : [wanted.pictures, wanted.manifest];
    hold('J4', contents.map(String).join('~') === expected.join('~'), `${jobId} has other files: ${files}`);
  }

  /** An independent recount, as of the snapshot. */
  #expected({ kind, spec, snapshotMs }: ExportJob): string[] {
    if (kind !== 'link_catalog') {
      const toMs = Date.parse(spec.date_to as string) + 86_400_000;
      return this.clicks
        .filter(({ clickId }) => clickMs(clickId) < toMs && clickMs(clickId) + 1_000 <= snapshotMs)
        .map(({ shortCode, clickId }) =>
          kind === 'ledger' ? `${shortCode}|${new Date(clickMs(clickId)).toISOString()}` : shortCode,
        );
    }
    const ascending = this.links
      .filter(({ createdAtMs }) => createdAtMs <= snapshotMs)
      .map((link) => link.shortCode);
    return spec.sort === 'created_at' ? ascending : ascending.toReversed();
  }

  #checkLeftovers(jobs: readonly ExportJob[]): void {
    const files = new Set(jobs.flatMap((job) => job.files.map(({ key }) => key)));
    const left = [...this.files.objects.keys()].filter((key) => !files.has(key));
    hold('J6', left.length === 0, `objects left: ${left.join()}`);
    hold(
      'J6',
      this.files.uploads.size === 0,
      `uploads left: ${[...this.files.uploads.values()].map(({ key }) => key).join()}`,
    );
  }
}

const keysOfJob = ({ choosing, frozenLinks, assembly }: ExportJob): string[] => [
  ...(choosing?.pieces ?? []).map(({ key }) => key),
  ...(frozenLinks !== null && 'pieces' in frozenLinks ? frozenLinks.pieces.map(({ key }) => key) : []),
  ...(assembly?.closing?.bytes ? [assembly.closing.key] : []),
  ...(assembly?.made ?? []).map(({ key }) => key),
];

const keysOfSegment = ({ state, upload, tail, index }: Segment): string[] => [
  ...(tail === null ? [] : [tail.key]),
  ...(index !== null && 'key' in index ? [index.key] : []),
  ...(state === 'done' && upload !== null ? [upload.key] : []),
];

const retired = new WeakSet<Actor>();

export class InvariantError extends Error {}

function hold(invariant: string, holds: boolean, otherwise: string): void {
  if (!holds) throw new InvariantError(`${invariant}: ${otherwise}`);
}

/** A store behind the network: each of its methods is a call that can fail. */
const throughPort = <Port extends object>(port: Port, actor: Actor): Port =>
  around(port, (call) => actor.call(call));

/** A port each of whose calls goes through `pass`. */
const around = <Port extends object>(port: Port, pass: <T>(call: () => Promise<T>) => Promise<T>): Port =>
  Object.fromEntries(
    Object.entries(port).map(([name, method]) => [
      name,
      typeof method === 'function' ? (...args: unknown[]) => pass(() => method(...args)) : method,
    ]),
  ) as Port;

/** The same number of bytes, one of them another. */
function mixedUp(bytes: Uint8Array): Uint8Array {
  const mixed = Uint8Array.from(bytes);
  if (mixed.length > 0) mixed[mixed.length >> 1]! ^= 1;
  return mixed;
}

function ulidTime(ms: number): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  let text = '';
  for (let left = ms; text.length < 10; left = Math.floor(left / 32)) text = alphabet[left % 32] + text;
  return text;
}
