import {
  type ExportFile,
  type ExportJob,
  type Segment,
  type Slots,
  UNTOUCHED,
  type UploadPart,
} from '#shared/exports/jobs/job.ts';
import type { JobMessage } from '#shared/exports/jobs/job-queue.ts';
import * as admission from '#shared/exports/jobs/steps/admission.ts';
import * as assembly from '#shared/exports/jobs/steps/assembly.ts';
import * as claims from '#shared/exports/jobs/steps/claims.ts';
import * as end from '#shared/exports/jobs/steps/end.ts';
import * as plan from '#shared/exports/jobs/steps/plan.ts';
import * as segment from '#shared/exports/jobs/steps/segment.ts';
import { LOST, type Lost, type Step } from '#shared/exports/jobs/steps/step.ts';
import * as sweep from '#shared/exports/jobs/steps/sweep.ts';

/** The transitions that a model runs; a mutant replaces some of them. */
const STEPS = { ...admission, ...claims, ...plan, ...segment, ...assembly, ...end, ...sweep };
export type Transitions = typeof STEPS;
export const REAL: Transitions = STEPS;

export type ModelOptions = {
  transitions?: Transitions;
  sweeper?: boolean;
  /** S3 completes an upload only with parts that are there as recorded. */
  checksEtags?: boolean;
  /** How many crashes, ended leases, lost and double messages and cancellations there are at most. */
  faults?: number;
};

export type Explored = {
  states: number;
  ends: Record<string, number>;
  broken: string | undefined;
  stuck: string | undefined;
};

/** What a worker does next. The step that it holds is known by fence; `part` is the one that it has uploaded. */
type Worker =
  | { at: 'idle' }
  | { at: 'plan'; fence: number }
  | {
      at: 'upload' | 'checkpoint' | 'complete' | 'done';
      n: number;
      fence: number;
      upload: string | null;
      part: string;
    }
  | { at: 'join' | 'ready'; fence: number; file: string };

type World = {
  job: ExportJob;
  segments: Segment[];
  slots: Slots;
  /** Ids of waiters in the order in which they were admitted. */
  admitted: string[];
  /** Bytes of parts by upload, and of completed objects: each part is the name of whoever wrote it. */
  uploads: Record<string, string[]>;
  objects: Record<string, string[]>;
  queue: string[];
  workers: Worker[];
  faults: number;
};

const JOB = 'job';
const WAITERS = ['waiter-1', 'waiter-2'];
const NOW = 1_000;
const CLAIMANT = { worker: 'worker', nowMs: NOW };
/** Parts of each segment: two let a worker that lost the first write over the second. */
const PARTS = [2, 1];
const IDLE: Worker = { at: 'idle' };

const aJob = (jobId: string): ExportJob => ({
  ...UNTOUCHED,
  jobId,
  workspaceId: 'w',
  kind: 'analytics',
  spec: {},
  specHash: jobId,
  idRuns: 0,
  requestedBy: { keyId: null, email: null },
  snapshotMs: 0,
  createdAtMs: 0,
});

const ringName = ({ step, segment }: JobMessage): string =>
  step === 'segment' ? `segment-${segment}` : step;

/** A job just accepted, its ring sent or not, and two that wait behind it. */
function firstWorlds(transitions: Transitions, faults: number): World[] {
  const caps = { running: 1, waiting: 2 };
  const options = { force: false, waiters: [], nowMs: NOW };
  let slots = transitions.noSlots('w');
  let job = aJob(JOB);
  for (const jobId of [JOB, ...WAITERS]) {
    const accepted = transitions.accept(aJob(jobId), slots, caps, options);
    if (accepted.outcome !== 'accepted') throw new Error(`not accepted: ${jobId}`);
    for (const record of accepted.records) {
      if (record.record === 'slots') slots = record;
      if (record.record === 'job' && record.jobId === JOB) job = record;
    }
  }
  const base = {
    job,
    segments: [],
    slots,
    admitted: [],
    uploads: {},
    objects: {},
    workers: [IDLE, IDLE],
    faults,
  };
  return [
    { ...base, queue: ['plan'] },
    { ...base, queue: [] },
  ].map((world) => settled(world));
}

/** Times only matter as past or future, versions not at all: else no two worlds would be the same. */
function settled(world: World): World {
  const lease = <R extends ExportJob | Segment>(record: R): R => ({
    ...record,
    version: 0,
    rings: 0,
    leaseUntilMs: record.leaseUntilMs > NOW ? NOW + 1 : 0,
    dueAtMs: record.dueAtMs === null ? null : 0,
  });
  const job = { ...lease(world.job), startedAtMs: null, finishedAtMs: null, expiresAtMs: null };
  return { ...world, job, segments: world.segments.map(lease), queue: world.queue.toSorted() };
}

const places = ({ slots }: World): admission.Places => ({
  slots,
  waiters: slots.waiting.map(({ jobId }) => aJob(jobId)),
});

/** The world after a step was written; a lost ring is a fault. */
function write(world: World, step: Step): World[] {
  let { job, slots, admitted } = world;
  const segments = [...world.segments];
  for (const record of step.records) {
    if (record.record === 'slots') slots = record;
    else if (record.record === 'segment') segments[record.n] = record;
    else if (record.record === 'job' && record.jobId === JOB) job = record;
    else if (record.record === 'job') admitted = [...admitted, record.jobId];
  }
  const rings = step.rings.filter(({ jobId }) => jobId === JOB).map(ringName);
  const written = { ...world, job, segments, slots, admitted };
  const rung = { ...written, queue: [...new Set([...world.queue, ...rings])] };
  const lost = rings.length > 0 && world.faults > 0 ? [{ ...written, faults: world.faults - 1 }] : [];
  return [rung, ...lost];
}

type Next = [string, World];

/** Everything that can happen next. */
function nextWorlds(
  world: World,
  { transitions: t = REAL, sweeper = true, checksEtags = true }: ModelOptions,
): Next[] {
  const next: Next[] = [];
  const add = (label: string, worlds: World | World[]) => {
    for (const after of [worlds].flat()) next.push([label, settled(after)]);
  };
  const { job, segments, queue, workers, faults } = world;
  const faulty = { ...world, faults: faults - 1 };
  const leased = (record: ExportJob | Segment) => record.leaseUntilMs > NOW;

  if (faults > 0) {
    const canceled = t.cancel(job, places(world), NOW);
    if (canceled !== LOST) add('cancel', write(faulty, canceled));
  }
  // A lease ends by itself when its worker is gone; that it ends under a worker is a fault, a pause.
  for (const record of [job, ...segments].filter(leased)) {
    const held = workers.some((worker) => holds(worker, record));
    if (held && faults === 0) continue;
    const base = held ? faulty : world;
    add(`lease of ${record.record} ends`, withLeaseOver(base, record));
  }
  if (sweeper) {
    const due = [job, ...segments].filter((record) => record.dueAtMs !== null && !leased(record));
    for (const record of due) {
      const waits = record.record === 'job' ? t.isWaiting(record) : t.isOpen(job, record);
      if (!waits) continue;
      const step = t.ringAgain(record, NOW);
      if (!queue.includes(ringName(step.rings[0]!)))
        add(`sweep ${ringName(step.rings[0]!)}`, write(world, step));
    }
  }
  for (const [at, worker] of workers.entries()) {
    const become = (base: World, after: Worker): World => ({
      ...base,
      workers: base.workers.with(at, after),
    });
    if (worker.at !== 'idle' && faults > 0) add(`worker ${at} crashes`, become(faulty, IDLE));
    if (worker.at === 'idle') {
      for (const ring of queue) {
        const taken = { ...world, queue: queue.filter((other) => other !== ring) };
        add(`worker ${at} takes ${ring}`, take(taken, ring, become, t));
        if (faults > 0) add(`worker ${at} takes ${ring}, which comes twice`, take(faulty, ring, become, t));
      }
    } else {
      add(`worker ${at} ${worker.at}`, go(world, worker, become, { t, checksEtags }));
    }
  }
  return next;
}

/** True for a worker that has the record, or believes so with the newest fence. */
function holds(worker: Worker, record: ExportJob | Segment): boolean {
  if (worker.at === 'idle' || worker.fence !== record.fence) return false;
  return record.record === 'segment' ? 'n' in worker && worker.n === record.n : !('n' in worker);
}

function withLeaseOver(world: World, record: ExportJob | Segment): World {
  if (record.record === 'job') return { ...world, job: { ...record, leaseUntilMs: 0 } };
  return { ...world, segments: world.segments.with(record.n, { ...record, leaseUntilMs: 0 }) };
}

type Become = (world: World, worker: Worker) => World;

function take(world: World, ring: string, become: Become, t: Transitions): World[] {
  const { job } = world;
  if (ring.startsWith('segment')) {
    const segment = world.segments[Number(ring.slice(-1))]!;
    const claimed = t.claimSegment(job, segment, CLAIMANT);
    if (claimed.outcome === 'stalled') return stalled(world, segment, t);
    if (claimed.outcome !== 'claimed') return [world];
    const { record } = claimed;
    const { n, fence, upload } = record;
    const part = `${upload?.parts.length ?? 0}`;
    const at = record.exhausted ? 'complete' : 'upload';
    const worker: Worker = { at, n, fence, upload: upload?.key ?? null, part };
    return write(become(world, worker), { records: [record], rings: [] });
  }
  const claimed = ring === 'plan' ? t.claimPlan(job, CLAIMANT) : t.claimAssembly(job, CLAIMANT);
  if (claimed.outcome === 'stalled') return stalled(world, job, t);
  if (claimed.outcome !== 'claimed') return [world];
  const { fence } = claimed.record;
  const worker: Worker = ring === 'plan' ? { at: 'plan', fence } : { at: 'join', fence, file: '' };
  return write(become(world, worker), { records: [claimed.record], rings: [] });
}

function stalled(world: World, stuck: ExportJob | Segment, t: Transitions): World[] {
  const failure = { code: 'internal_error', message: 'stalled', hint: null };
  const step = t.failStalled(world.job, stuck, failure, places(world), NOW);
  return step === LOST ? [world] : write(world, step);
}

/** One move of a worker that holds something, or believes so. */
function go(
  world: World,
  worker: Exclude<Worker, { at: 'idle' }>,
  become: Become,
  { t, checksEtags }: { t: Transitions; checksEtags: boolean },
): World[] {
  const end = (step: Step | Lost | undefined) =>
    step === LOST || step === undefined ? [become(world, IDLE)] : write(become(world, IDLE), step);
  if (worker.at === 'plan') {
    const ranges = PARTS.map((_, n) => ({ fromMs: n, toMs: n }));
    const segments = ranges.map((range, n) =>
      t.newSegment(world.job, worker.fence, n, range, world.segments[n]),
    );
    if (segments.includes(LOST)) return [become(world, IDLE)];
    const plan = { ranges, frozenLinks: null, rowsTotal: null };
    return end(t.planned(world.job, worker.fence, plan, segments as Segment[], NOW));
  }
  if ('n' in worker) return goSegment(world, worker, become, end, { t, checksEtags });
  return goAssemble(world, worker, become, end, t);
}

type End = (step: Step | Lost | undefined) => World[];

function goSegment(
  world: World,
  worker: Extract<Worker, { n: number }>,
  become: Become,
  end: End,
  { t, checksEtags }: { t: Transitions; checksEtags: boolean },
): World[] {
  const { n, fence } = worker;
  const segment = world.segments[n]!;
  const upload = worker.upload ?? `segment-${n}-${fence}-${segment.restarts}`;
  const number = Number(worker.part);
  const mark = `${n}.${number}.${fence}`;
  switch (worker.at) {
    case 'upload': {
      // An upload that was completed takes no more parts.
      if (upload in world.objects) return [become(world, IDLE)];
      const parts = (world.uploads[upload] ?? []).toSpliced(number, 1, mark);
      return [
        become(
          { ...world, uploads: { ...world.uploads, [upload]: parts } },
          { ...worker, at: 'checkpoint', upload },
        ),
      ];
    }
    case 'checkpoint': {
      const exhausted = number + 1 === PARTS[n]!;
      const before: readonly UploadPart[] = segment.upload?.parts ?? [];
      const parts = [...before.slice(0, number), { number: number + 1, etag: mark, bytes: 1 }];
      const progress = {
        cursor: String(number),
        exhausted,
        upload: { key: upload, uploadId: upload, parts },
        tail: null,
        rows: 0,
        skippedRows: 0,
        bytes: 0,
        crc32: 0,
        sha256: null,
      };
      const step = t.checkpoint(world.job, segment, fence, { progress, handOn: false, nowMs: NOW });
      if (step === LOST) return end(LOST);
      const after: Worker = {
        ...worker,
        at: exhausted ? 'complete' : 'upload',
        upload,
        part: String(number + 1),
      };
      return write(become(world, after), step);
    }
    case 'complete': {
      const recorded = segment.upload;
      if (recorded === null || recorded.key !== upload) return end(LOST);
      if (upload in world.objects) return [become(world, { ...worker, at: 'done' })];
      const there = world.uploads[upload] ?? [];
      const intact = recorded.parts.every(({ etag }, at) => there[at] === etag);
      if (checksEtags && !intact) return end(t.restartSegment(world.job, segment, fence, NOW));
      const objects = { ...world.objects, [upload]: there.slice(0, PARTS[n]) };
      return [become({ ...world, objects }, { ...worker, at: 'done' })];
    }
    case 'done':
      return end(t.segmentDone(world.job, segment, fence, undefined, NOW));
  }
}

function goAssemble(
  world: World,
  worker: Extract<Worker, { file: string }>,
  become: Become,
  end: End,
  t: Transitions,
): World[] {
  const { fence } = worker;
  if (worker.at === 'join') {
    const file = `file-${fence}`;
    const bytes = world.segments.flatMap(({ upload }) => world.objects[upload?.key ?? ''] ?? ['missing']);
    return [
      become({ ...world, objects: { ...world.objects, [file]: bytes } }, { ...worker, at: 'ready', file }),
    ];
  }
  const file: ExportFile = {
    key: worker.file,
    bytes: 0,
    crc32: 0,
    name: 'file',
    contentType: 'text/csv',
    rows: 0,
    sha256: null,
  };
  return end(t.ready(world.job, fence, [file], places(world), NOW));
}

const hasEnded = ({ job }: World): boolean => !['queued', 'processing'].includes(job.state);

/** What must hold in every world, whatever came before. */
function whatIsBroken(before: World | undefined, world: World): string | undefined {
  const { job, slots, admitted } = world;
  if (before && hasEnded(before) && before.job.state !== job.state)
    return `J2: ${before.job.state} turned ${job.state}`;
  if (job.state === 'ready' && before?.job.state !== 'ready') {
    const recorded = world.segments.flatMap(({ upload }) => upload?.parts.map(({ etag }) => etag) ?? []);
    const file = world.objects[job.files[0]!.key] ?? [];
    if (recorded.length !== PARTS[0]! + PARTS[1]! || file.join() !== recorded.join())
      return `J3: the file is ${file.join()}, recorded is ${recorded.join()}`;
  }
  const running = slots.running.map(({ jobId }) => jobId).join();
  const wanted = [...(hasEnded(world) ? [] : [JOB]), ...admitted].join();
  if (running !== wanted) return `J5: ${running} run instead of ${wanted}`;
  if (admitted.length > 0 && admitted[0] !== WAITERS[0]) return `J5: ${admitted[0]} was admitted first`;
  return undefined;
}

/** A world as a key: only what differs from world to world. */
function keyOf({ job, segments, slots, ...rest }: World): string {
  const { state, stage, admitted, fence, claims, leaseUntilMs, dueAtMs, segmentsLeft, segmentsRung, files } =
    job;
  const short = segments.map((segment) => [
    segment.state,
    segment.fence,
    segment.claims,
    segment.leaseUntilMs,
    segment.dueAtMs,
    segment.exhausted,
    segment.cursor,
    segment.upload,
    segment.restarts,
    segment.planFence,
  ]);
  const own = [
    state,
    stage,
    admitted,
    fence,
    claims,
    leaseUntilMs,
    dueAtMs,
    segmentsLeft,
    segmentsRung,
    files,
  ];
  return JSON.stringify([own, short, slots.running, slots.waiting, rest]);
}

const MOST_STATES = 2_000_000;

/** Walks through every world that can be reached. */
export function explore(options: ModelOptions = {}): Explored {
  const { transitions = REAL, faults = 2 } = options;
  const seen = new Map<string, { from: string | undefined; label: string }>();
  const comeFrom = new Map<string, string[]>();
  const ends: Record<string, number> = {};
  const good: string[] = [];
  let frontier = firstWorlds(transitions, faults).map((world) => ({ key: keyOf(world), world }));
  for (const { key } of frontier) seen.set(key, { from: undefined, label: 'accept' });
  const pathTo = (key: string): string => {
    const labels: string[] = [];
    for (let at = seen.get(key); at; at = at.from === undefined ? undefined : seen.get(at.from))
      labels.unshift(at.label);
    return labels.join(' > ');
  };

  while (frontier.length > 0) {
    const beyond: typeof frontier = [];
    for (const { key, world } of frontier) {
      if (hasEnded(world)) {
        ends[world.job.state] = (ends[world.job.state] ?? 0) + 1;
        good.push(key);
      }
      for (const [label, after] of nextWorlds(world, options)) {
        const afterKey = keyOf(after);
        if (afterKey === key) continue;
        const broken = whatIsBroken(world, after);
        if (broken)
          return {
            states: seen.size,
            ends,
            broken: `${broken}: ${pathTo(key)} > ${label}`,
            stuck: undefined,
          };
        const origins = comeFrom.get(afterKey);
        if (origins) origins.push(key);
        else comeFrom.set(afterKey, [key]);
        if (seen.has(afterKey)) continue;
        seen.set(afterKey, { from: key, label });
        beyond.push({ key: afterKey, world: after });
      }
    }
    if (seen.size > MOST_STATES) throw new Error(`more than ${MOST_STATES} worlds`);
    frontier = beyond;
  }

  // Backwards from the ends: whatever is not met can never end.
  const canEnd = new Set(good);
  for (let key = good.pop(); key !== undefined; key = good.pop()) {
    for (const origin of comeFrom.get(key) ?? []) {
      if (canEnd.has(origin)) continue;
      canEnd.add(origin);
      good.push(origin);
    }
  }
  const stuck = [...seen.keys()].find((key) => !canEnd.has(key));
  return { states: seen.size, ends, broken: undefined, stuck: stuck && pathTo(stuck) };
}
