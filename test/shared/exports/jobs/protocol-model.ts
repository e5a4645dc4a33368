import {
  type Assembly,
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
  /** Objects whose name is without the fence of whoever writes them. */
  unfenced?: 'ids' | 'index' | undefined;
  /** The job makes nothing but the file that tells why. */
  fails?: boolean;
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
  | { at: 'choose' | 'chosen' | 'cut' | 'plan'; fence: number }
  | {
      at: 'upload' | 'index' | 'checkpoint' | 'complete' | 'done';
      n: number;
      fence: number;
      upload: string | null;
      part: string;
    }
  | { at: 'close' | 'join' | 'finish'; fence: number };

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
const DEFAULTS = { transitions: REAL, checksEtags: true, fails: false };
const FAILURE = { code: 'internal_error', message: 'nothing was made', hint: null };

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
  ].map((world) => settled(world, undefined));
}

/** Times only matter as past or future, versions not at all: else no two worlds would be the same. */
function settled(world: World, unfenced: ModelOptions['unfenced']): World {
  const lease = <R extends ExportJob | Segment>(record: R): R => ({
    ...record,
    version: 0,
    rings: 0,
    leaseUntilMs: record.leaseUntilMs > NOW ? NOW + 1 : 0,
    dueAtMs: record.dueAtMs === null ? null : 0,
  });
  const job = { ...lease(world.job), startedAtMs: null, finishedAtMs: null, expiresAtMs: null };
  const tidy = { ...world, job, segments: world.segments.map(lease), queue: world.queue.toSorted() };
  const { objects, uploads } = world;
  if (unfenced !== undefined) return tidy;
  return { ...tidy, objects: reachable(objects, tidy), uploads: reachable(uploads, tidy) };
}

/** What a record names or a worker is about to; of the rest nobody can tell whether it is there. */
function reachable(stored: Record<string, string[]>, { job, segments, workers }: World) {
  const named = JSON.stringify([job.choosing, job.frozenLinks, job.assembly, job.files, segments, workers]);
  const fences = new Set(workers.flatMap((worker) => (worker.at === 'idle' ? [] : [worker.fence])));
  const kept = Object.entries(stored).filter(
    ([key]) => named.includes(`"${key}"`) || fences.has(Number(key.split('-').at(-1))),
  );
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
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
function nextWorlds(world: World, options: ModelOptions): Next[] {
  const { transitions: t = REAL, sweeper = true } = options;
  const next: Next[] = [];
  const add = (label: string, worlds: World | World[]) => {
    for (const after of [worlds].flat()) next.push([label, settled(after, options.unfenced)]);
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
      add(`worker ${at} ${worker.at}`, go(world, worker, become, { ...DEFAULTS, ...options }));
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
  const planning = job.choosing === null ? 'choose' : 'cut';
  const making = job.assembly?.made.length ? 'finish' : job.assembly?.closing ? 'join' : 'close';
  const worker: Worker = { at: ring === 'plan' ? planning : making, fence };
  return write(become(world, worker), { records: [claimed.record], rings: [] });
}

function stalled(world: World, stuck: ExportJob | Segment, t: Transitions): World[] {
  const failure = { code: 'internal_error', message: 'stalled', hint: null };
  const step = t.failStalled(world.job, stuck, failure, places(world), NOW);
  return step === LOST ? [world] : write(world, step);
}

/** One move of a worker that holds something, or believes so. */
function go(world: World, worker: Exclude<Worker, { at: 'idle' }>, become: Become, options: Rules): World[] {
  const end = (step: Step | Lost | undefined) =>
    step === LOST || step === undefined ? [become(world, IDLE)] : write(become(world, IDLE), step);
  if ('n' in worker) return goSegment(world, worker, become, end, options);
  if (worker.at === 'choose' || worker.at === 'chosen' || worker.at === 'cut' || worker.at === 'plan')
    return goPlan(world, { ...worker, at: worker.at }, become, end, options);
  return goAssemble(world, { ...worker, at: worker.at }, become, end, options);
}

type Rules = {
  transitions: Transitions;
  checksEtags: boolean;
  unfenced?: ModelOptions['unfenced'];
  fails: boolean;
};

/** Chooses links, which are others each time, and cuts two segments. */
function goPlan(
  world: World,
  worker: { at: 'choose' | 'chosen' | 'cut' | 'plan'; fence: number },
  become: Become,
  end: End,
  { transitions: t, unfenced }: Rules,
): World[] {
  const { at, fence } = worker;
  const key = unfenced === 'ids' ? 'ids' : `ids-${fence}`;
  const pieces = [{ key, count: 1 }];
  if (at === 'choose') {
    const objects = { ...world.objects, [key]: [`chosen by ${fence}`] };
    return [become({ ...world, objects }, { ...worker, at: 'chosen' })];
  }
  if (at === 'chosen') {
    const choosing = { cursor: 'end', pieces };
    const step = t.choosingCheckpoint(world.job, fence, { choosing, handOn: false, nowMs: NOW });
    return step === LOST ? end(LOST) : write(become(world, { ...worker, at: 'cut' }), step);
  }
  const ranges = PARTS.map((_, n) => ({ fromMs: n, toMs: n }));
  const newSegment = (n: number) => t.newSegment(world.job, fence, n, ranges[n]!, world.segments[n]);
  // Segments that are not rung for at once are written before the plan is.
  if (at === 'cut') {
    const made = [newSegment(0), newSegment(1)];
    if (made.includes(LOST)) return end(LOST);
    const records = made as Segment[];
    return write(become(world, { ...worker, at: 'plan' }), { records, rings: [] });
  }
  const first = newSegment(0);
  // The second file is closed from what the segments of the first have left behind.
  const frozenLinks = { pieces: world.job.choosing?.pieces ?? pieces };
  const plan = { files: [ranges, []], frozenLinks, rowsTotal: null };
  return end(first === LOST ? LOST : t.planned(world.job, fence, plan, [first], NOW));
}

/** The links that the segments are to read, as whoever chose them left them. */
const chosen = ({ job, objects }: World): string => {
  const { frozenLinks } = job;
  const [piece] = frozenLinks !== null && 'pieces' in frozenLinks ? frozenLinks.pieces : [];
  return objects[piece?.key ?? '']?.join() ?? 'nothing';
};

type End = (step: Step | Lost | undefined) => World[];

function goSegment(
  world: World,
  worker: Extract<Worker, { n: number }>,
  become: Become,
  end: End,
  { transitions: t, checksEtags, unfenced }: Rules,
): World[] {
  const { n, fence } = worker;
  const segment = world.segments[n]!;
  const upload = worker.upload ?? `segment-${n}-${segment.restarts}-${fence}`;
  const number = Number(worker.part);
  const mark = `${n}.${number}.${fence} of ${chosen(world)}`;
  const indexKey = unfenced === 'index' ? `index-${n}-${number}` : `index-${n}-${number}-${fence}`;
  switch (worker.at) {
    case 'upload': {
      // An upload that was completed takes no more parts.
      if (upload in world.objects) return [become(world, IDLE)];
      const parts = (world.uploads[upload] ?? []).toSpliced(number, 1, mark);
      return [
        become(
          { ...world, uploads: { ...world.uploads, [upload]: parts } },
          { ...worker, at: 'index', upload },
        ),
      ];
    }
    case 'index': {
      const before = indexOf(world, segment);
      const objects = { ...world.objects, [indexKey]: [...before.slice(0, number), mark] };
      return [become({ ...world, objects }, { ...worker, at: 'checkpoint' })];
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
        index: { key: indexKey, bytes: 1 },
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
      return end(t.segmentDone(world.job, segment, fence, world.segments[world.job.segmentsRung], NOW));
  }
}

/** What a segment has left behind for the end of the file. */
const indexOf = ({ objects }: World, { index }: Segment): string[] =>
  (index !== null && 'key' in index ? objects[index.key] : undefined) ?? [];

const bytesOf = ({ segments, objects }: World): string[] =>
  segments.flatMap(({ upload }) => objects[upload?.key ?? ''] ?? ['missing']);

const fileOf = (key: string): ExportFile => ({
  key,
  bytes: 0,
  crc32: 0,
  name: key,
  contentType: 'text/csv',
  rows: 0,
  sha256: null,
});

/** Closes the first file, joins it, and makes the second of nothing but an end. */
function goAssemble(
  world: World,
  worker: { at: 'close' | 'join' | 'finish'; fence: number },
  become: Become,
  end: End,
  { transitions: t, fails }: Rules,
): World[] {
  const { at, fence } = worker;
  const closing = `closing-${fence}`;
  const index = world.segments.flatMap((segment) => indexOf(world, segment));
  const save = (objects: Record<string, string[]>, assembly: Assembly, next: Worker['at']) => {
    const step = t.assemblyCheckpoint(world.job, fence, { assembly, handOn: false, nowMs: NOW });
    const after = { ...world, objects: { ...world.objects, ...objects } };
    return step === LOST ? end(LOST) : write(become(after, { at: next, fence } as Worker), step);
  };
  if (at === 'close') {
    const stored = { key: closing, bytes: 1, crc32: 0 };
    return save({ [closing]: index }, { made: [], closing: stored, upload: null }, 'join');
  }
  if (at === 'join') {
    const recorded = world.job.assembly?.closing?.key ?? '';
    const bytes = [...bytesOf(world), ...(world.objects[recorded] ?? ['missing'])];
    const made = [fileOf(`file-${fence}`)];
    return save({ [`file-${fence}`]: bytes }, { made, closing: null, upload: null }, 'finish');
  }
  const manifest = fileOf(`manifest-${fence}`);
  const made = { ...world, objects: { ...world.objects, [manifest.key]: index } };
  const files = fails ? [manifest] : [...(world.job.assembly?.made ?? []), manifest];
  const step = t.finish(world.job, fence, { files, failure: fails ? FAILURE : null }, places(world), NOW);
  return step === LOST ? end(LOST) : write(become(made, IDLE), step);
}

const hasEnded = ({ job }: World): boolean => !['queued', 'processing'].includes(job.state);

/** What must hold in every world, whatever came before. */
function whatIsBroken(before: World | undefined, world: World): string | undefined {
  const { job, slots, admitted } = world;
  if (before && hasEnded(before) && before.job.state !== job.state)
    return `J2: ${before.job.state} turned ${job.state}`;
  const made = job.state === 'ready' || (job.state === 'failed' && job.files.length > 0);
  if (made && before && !hasEnded(before)) {
    const wrong = whatIsWrong(world);
    if (wrong) return `J3: ${wrong}`;
  }
  if (job.state === 'canceled' && job.files.length > 0) return 'J8: a canceled job has files';
  const running = slots.running.map(({ jobId }) => jobId).join();
  const wanted = [...(hasEnded(world) ? [] : [JOB]), ...admitted].join();
  if (running !== wanted) return `J5: ${running} run instead of ${wanted}`;
  if (admitted.length > 0 && admitted[0] !== WAITERS[0]) return `J5: ${admitted[0]} was admitted first`;
  return undefined;
}

/** What differs between the files of a job that has just ended and what was recorded of its segments. */
function whatIsWrong(world: World): string | undefined {
  const { job, segments, objects } = world;
  const recorded = segments.flatMap(({ upload }) => upload?.parts.map(({ etag }) => etag) ?? []);
  if (recorded.length !== PARTS[0]! + PARTS[1]!) return `recorded is ${recorded.join()}`;
  if (new Set(recorded.map((mark) => mark.split(' of ')[1])).size !== 1)
    return `the segments are of different links: ${recorded.join()}`;
  const wanted = job.state === 'failed' ? [recorded] : [[...recorded, ...recorded], recorded];
  if (job.files.length !== wanted.length) return `there are ${job.files.length} files`;
  const wrong = job.files.find(({ key }, at) => (objects[key] ?? []).join() !== wanted[at]!.join());
  return wrong && `${wrong.key} is ${objects[wrong.key]?.join()}, recorded is ${recorded.join()}`;
}

/** A world as a key: only what differs from world to world. */
function keyOf({ job, segments, slots, ...rest }: World): string {
  const { state, stage, admitted, fence, claims, leaseUntilMs, dueAtMs, segmentsLeft, segmentsRung, files } =
    job;
  const { choosing, frozenLinks, assembly } = job;
  const short = segments.map((segment) => [
    segment.state,
    segment.fence,
    segment.claims,
    segment.leaseUntilMs,
    segment.dueAtMs,
    segment.exhausted,
    segment.cursor,
    segment.upload,
    segment.index,
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
    choosing,
    frozenLinks,
    assembly,
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
