import { ulid } from 'ulid';
import type { Click } from '#shared/clicks/click.ts';
import { type ClockGuard, ClockWatch, clockGuard } from '#shared/clicks/clock-guard.ts';
import { type Horizon, horizonOf } from '#shared/clicks/horizon.ts';
import type { ClickPages } from '#shared/clicks/read/click-pages.ts';
import { clickReader } from '#shared/clicks/read/read-clicks.ts';
import type { ClickStore } from '#shared/clicks/record/click-store.ts';
import { OpenDays, type RecordTools, recordClick } from '#shared/clicks/record/record-click.ts';
import { recordClicks } from '#shared/clicks/record/record-clicks.ts';
import { FEED_START, type Feed, type FeedEvent, feed, type Position, positionOf } from '#shared/feed/feed.ts';
import { rollUp } from '#shared/roll-ups/roll-up.ts';
import type { RollUpStore } from '#shared/roll-ups/roll-up-store.ts';
import { PLANS } from '#shared/workspaces/plans.ts';
import { aClick } from '../clicks.ts';
import { MemoryClicks } from '../memory/click-store.ts';
import { type ClickStores, openMemoryClicks } from '../recorded-clicks.ts';
import { type Faults, faulty, faultyBatches, InjectedFault, NO_FAULTS, Process, STALL_MS } from './faulty.ts';
import { MessageQueue } from './message-queue.ts';
import { World } from './world.ts';

const workspaceId = '11111111-1111-4111-8111-111111111111';
/** Eight minutes before midnight, so that a day ends in the middle of it. */
const START_MS = Date.UTC(2026, 3, 12, 23, 52);
const BUSY_MS = 10 * 60_000;
/** A consumer's invocation: what is not done by then is reported failed, and when it is ended by force. */
const DEADLINE_MS = 22_000;
const TIMEOUT_MS = 30_000;
/** Roll-ups of the simulation are small; one that a visitor makes grow is found long before it meets DynamoDB's bound. */
const MOST_CELL_BYTES = 1_500;
/** How far clocks of redirects are off. */
const AHEAD_MS = 300_000;

/** What is taken away to see whether it was needed. */
export type Ablation =
  | 'the on-time limit'
  | 'the abort'
  | 'the clock guard'
  | 'the deadline'
  | 'the cursor condition'
  | 'the horizon';

const FAULTS: Faults = { failsBefore: 0.02, failsAfter: 0.02, delayed: 0.02, duplicated: 0.02, crash: 0.004 };

/** A reader of the feed and all it was ever told. */
export type Follower = { pageSize: number; position: Position; events: FeedEvent[] };
/** What a snapshot showed when it was taken. */
export type Snapshot = { untilMs: number; clickIds: string[] };

/**
 * Redirects whose clocks are minutes apart, a queue that delivers twice and hours late, consumers that crash and whose
 * aborted puts may have committed, roll-ups that run against each other, and readers of the feed: one history a seed.
 */
export class ClickSimulation {
  readonly world: World;
  readonly #memory = new MemoryClicks(MOST_CELL_BYTES);
  readonly stores: ClickStores = openMemoryClicks(this.#memory);
  /** Every click that a redirect was answered for. */
  readonly clicks: Click[] = [];
  readonly followers: Follower[];
  readonly snapshots: Snapshot[] = [];
  readonly horizon: Horizon = horizonOf(60);
  readonly workspaceId = workspaceId;
  readonly #without: Ablation | undefined;
  readonly #queue: MessageQueue;
  readonly #urlIds = [1, 2, 3, 4, 5].map((n) => `00000000-0000-7000-8000-00000000000${n}`);
  #sending = 0;
  /** Invocations of consumers that were ended by force, so that nobody heard which of their messages had failed. */
  timedOut = 0;

  constructor(seed: number, without?: Ablation) {
    this.world = new World(seed, START_MS);
    this.#without = without;
    this.#queue = new MessageQueue(this.world);
    this.followers = [1, 3, 40].map((pageSize) => ({ pageSize, position: FEED_START, events: [] }));
  }

  /** Lives through the whole history and lets everything that was under way come to its end. */
  async run(): Promise<void> {
    const { world } = this;
    if (world.chance(0.4) || this.#without === 'the deadline') {
      const fromMs = START_MS + world.between(0, BUSY_MS);
      world.stalls = [{ fromMs, toMs: fromMs + world.between(60_000, 300_000) }];
    }
    const badClock = world.chance(0.3) || this.#without === 'the clock guard';
    for (let at = 0; at < world.between(20, 50); at += 1) this.#redirect();
    for (const skewMs of [this.#skew(), this.#skew(), badClock ? this.#farOff() : 0]) this.#consume(skewMs);
    for (const skewMs of [this.#skew(), this.#skew()]) this.#rollUps(skewMs);
    for (const follower of this.followers) this.#follow(follower, this.#skew());
    for (let at = 0; at < 4; at += 1) this.#snapshot(this.#skew());
    await world.run();
    // The clock that was furthest ahead has made clicks that are available only then.
    world.nowMs += AHEAD_MS + 2 * this.horizon.horizonMs;
    await this.#finish();
  }

  /** Everything once more without a fault: what is told and folded now is what was left. */
  async #finish(): Promise<void> {
    const calm = new Process(this.world, NO_FAULTS);
    const work = (async () => {
      const tools = { ...this.#rollUpTools(calm, 0), store: this.stores.rollUps };
      await rollUp(workspaceId, Number.POSITIVE_INFINITY, tools);
      for (const follower of this.followers) {
        while (await this.#readOn(follower, this.#openFeed(calm, 0)));
      }
    })();
    await this.world.run();
    await work;
  }

  get #busy(): boolean {
    return this.#sending > 0 || !this.#queue.isEmpty;
  }

  /** Within what the guard allows. */
  #skew = (): number => this.world.between(-this.horizon.clockBoundMs, this.horizon.clockBoundMs);
  #farOff = (): number => this.world.pick([-1, 1]) * this.world.between(60_000, 600_000);

  async #redirect(): Promise<void> {
    const { world } = this;
    this.#sending += 1;
    await world.sleep(world.between(0, BUSY_MS));
    const clockMs = world.nowMs + world.pick([-AHEAD_MS, -10_000, 0, 0, 0, 10_000, AHEAD_MS]);
    const click = aClick({ workspaceId, urlId: world.pick(this.#urlIds), ...this.#visitor(), atMs: clockMs });
    click.clickId = ulid(clockMs, () => world.random());
    this.clicks.push(click);
    const way = world.random();
    if (way < 0.9) this.#queue.send(JSON.stringify(click));
    // The queue did not answer in time, took the message all the same or not, and the click is put directly.
    if (way > 0.8) await this.#recordDirectly(click, way > 0.95);
    this.#sending -= 1;
  }

  #visitor(): Partial<Click> {
    const { world } = this;
    return {
      bot: world.chance(0.2),
      touchType: world.pick(['qr_scan', 'short_link_click'] as const),
      deviceCategory: world.pick(['mobile', 'tablet', 'desktop', null] as const),
      osFamily: world.pick(['iOS', 'Android', null]),
      browserFamily: world.pick(['Chrome', 'Firefox', `${world.random()} ${'x'.repeat(60)}`]),
      countryCode: world.pick(['DE', 'AT', 'CH', null]),
    };
  }

  /** By the redirect itself, at most once; what fails goes to the journal and is replayed hours later. */
  async #recordDirectly(click: Click, lost: boolean): Promise<void> {
    const { world } = this;
    const once = async (skewMs: number, faults: Faults) => {
      const process = new Process(world, faults);
      return process.run(async () => void (await recordClick(click, this.#recordTools(process, skewMs))));
    };
    if (!lost && (await once(this.#skew(), FAULTS)) === 'ended') return;
    await world.sleep(world.between(60_000, 7_200_000));
    while ((await once(0, NO_FAULTS)) !== 'ended') await world.sleep(10_000);
  }

  async #consume(skewMs: number): Promise<void> {
    const { world } = this;
    while (this.#busy) {
      const process = new Process(world, FAULTS);
      const tools = this.#recordTools(process, skewMs);
      await process.run(async () => {
        while (this.#busy && process.alive) {
          const nextMs = this.#queue.nextVisibleMs() ?? world.nowMs + 20_000;
          await world.sleep(Math.max(nextMs - world.nowMs, world.between(200, 4_000)));
          await this.#consumeBatch(tools, process);
        }
      });
      await world.sleep(world.between(1_000, 30_000));
    }
  }

  async #consumeBatch(tools: RecordTools, process: Process): Promise<void> {
    const batch = this.#queue.receive(10);
    const deadline = new AbortController();
    if (this.#without !== 'the deadline') {
      void this.world.sleep(DEADLINE_MS).then(() => deadline.abort(new Error('the deadline')));
    }
    const ended = this.world.sleep(TIMEOUT_MS).then(() => undefined);
    const recorded = await Promise.race([recordClicks(batch, tools, deadline.signal), ended]);
    if (!process.alive) return;
    if (recorded === undefined) {
      this.timedOut += 1;
      return process.crash();
    }
    const { failed } = recorded;
    const kept = new Set(failed.map(({ messageId }) => messageId));
    for (const { messageId } of batch) {
      // A delete that is lost brings the message back although it is done.
      if (!kept.has(messageId) && !this.world.chance(0.05)) this.#queue.remove(messageId);
    }
  }

  #recordTools(process: Process, skewMs: number): RecordTools {
    const now = () => this.world.nowMs + skewMs;
    const { openDay } = faulty(process, this.stores.store);
    const horizon =
      this.#without === 'the on-time limit' ? { ...this.horizon, onTimeMs: 86_400_000 } : this.horizon;
    return {
      store: { openDay, record: (click, options) => this.#record(process, click, options) },
      guard: this.#guard(now),
      horizon,
      findPlan: async () => PLANS.enterprise,
      openDays: new OpenDays(),
      now,
    };
  }

  /** A put that takes its time: it is given up at its limit, and has an effect by then, a sixth of H later, or never. */
  async #record(process: Process, ...[click, options]: Parameters<ClickStore['record']>) {
    const { world, stores, horizon } = this;
    const { faults } = process;
    const stalled = world.isStalled;
    const slow = stalled || (faults !== NO_FAULTS && world.chance(0.15));
    const longestMs =
      options.abortMs + (this.#without === 'the abort' ? 4 * horizon.horizonMs : horizon.horizonMs / 6);
    const effectMs = stalled
      ? Math.min(STALL_MS, longestMs)
      : slow
        ? world.between(0, longestMs)
        : world.between(0, 300);
    const happens = !slow || world.chance(0.8);
    const effect = world
      .sleep(effectMs)
      .then(() => (happens ? stores.store.record(click, options) : 'recorded'));
    if (world.chance(faults.duplicated))
      world.sleep(effectMs).then(() => stores.store.record(click, options));
    if (world.chance(faults.crash)) process.crash();
    if (!process.alive) return new Promise<never>(() => undefined);
    if (effectMs <= options.abortMs && happens && !world.chance(faults.failsAfter)) return effect;
    await world.sleep(options.abortMs);
    throw new InjectedFault('the put was given up');
  }

  #guard(now: () => number): ClockGuard {
    if (this.#without === 'the clock guard') return { check: async () => undefined };
    const watch = new ClockWatch();
    const probe = async () => {
      const sentAtMs = now();
      const dateMs = Math.floor(this.world.nowMs / 1_000) * 1_000;
      if (this.world.chance(0.2)) await this.world.sleep(this.world.between(10, 2_000));
      watch.observe({ sentAtMs, receivedAtMs: now(), dateMs });
    };
    return clockGuard({ watch, boundMs: this.horizon.clockBoundMs, now, probe });
  }

  #pages(process: Process): ClickPages {
    const { pages } = this.stores;
    const { days, findMany } = faulty(process, pages);
    return {
      days,
      findMany,
      clicks: (lane, range) => faultyBatches(process, pages.clicks(lane, range)),
      lateEntries: (lane, range) => faultyBatches(process, pages.lateEntries(lane, range)),
    };
  }

  #openFeed(process: Process, skewMs: number): Feed {
    const now = () => this.world.nowMs + skewMs;
    const { horizon } = this;
    const held = this.#without === 'the horizon' ? { ...horizon, horizonMs: horizon.horizonMs / 4 } : horizon;
    return feed({ pages: this.#pages(process), guard: this.#guard(now), horizon: held, now });
  }

  #rollUpTools(process: Process, skewMs: number) {
    const { rollUps } = this.stores;
    const unchecked: RollUpStore = {
      ...rollUps,
      move: async (move) => rollUps.move({ ...move, from: await rollUps.findCursor(workspaceId) }),
    };
    const store = faulty(process, this.#without === 'the cursor condition' ? unchecked : rollUps);
    const now = () => this.world.nowMs + skewMs;
    return { feed: this.#openFeed(process, skewMs), store, horizon: this.horizon, now };
  }

  async #rollUps(skewMs: number): Promise<void> {
    while (this.#busy) {
      await this.#pause();
      const process = new Process(this.world, FAULTS);
      const tools = this.#rollUpTools(process, skewMs);
      await process.run(async () => void (await rollUp(workspaceId, tools.now() + 30_000, tools)));
    }
  }

  async #follow(follower: Follower, skewMs: number): Promise<void> {
    while (this.#busy) {
      await this.#pause();
      const process = new Process(this.world, FAULTS);
      await process.run(async () => {
        while (await this.#readOn(follower, this.#openFeed(process, skewMs)));
      });
    }
  }

  /** One page, taken only if all of it came; false when there was none. */
  async #readOn(follower: Follower, open: Feed): Promise<boolean> {
    const { position: after, pageSize } = follower;
    const page: FeedEvent[] = [];
    for await (const events of open.read({ workspaceId, after, wanted: pageSize })) {
      page.push(...events.slice(0, pageSize - page.length));
      if (page.length === pageSize) break;
    }
    follower.events.push(...page);
    follower.position = page.length === 0 ? after : positionOf(page.at(-1)!);
    return page.length > 0;
  }

  async #snapshot(skewMs: number): Promise<void> {
    const { world, horizon } = this;
    await world.sleep(world.between(60_000, BUSY_MS + 120_000));
    const untilMs = world.nowMs + skewMs - (2 * horizon.horizonMs) / 3;
    this.snapshots.push({ untilMs, clickIds: await this.readClicks(untilMs) });
  }

  /** All clicks that are recorded, in order. */
  async readClicks(recordedUntilMs?: number): Promise<string[]> {
    const range = { workspaceId, fromMs: 0, toMs: START_MS + 86_400_000, recordedUntilMs };
    const batches = await Array.fromAsync(clickReader(this.stores.pages).read(range));
    return batches.flat().map((click) => click.sk!.S!);
  }

  /** Often while redirects go on, seldom afterwards. */
  #pause(): Promise<void> {
    const { world } = this;
    const busy = world.nowMs < START_MS + BUSY_MS + 120_000;
    return world.sleep(busy ? world.between(3_000, 60_000) : world.between(60_000, 1_200_000));
  }
}
