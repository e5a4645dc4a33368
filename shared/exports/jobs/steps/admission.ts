/** Who runs and who waits, as pure functions: the part of the export protocol that is about places. */
import type { ExportJob, SlotEntry, Slots } from '../job.ts';
import { dueSoon, ringFor, type Step } from './step.ts';

export const noSlots = (workspaceId: string): Slots => ({
  record: 'slots',
  version: 0,
  workspaceId,
  runningCap: 0,
  running: [],
  waiting: [],
});

export type Caps = { running: number; waiting: number };

export type Acceptance =
  | ({ outcome: 'accepted' } & Step)
  | { outcome: 'running already'; jobId: string }
  | { outcome: 'full'; activeJobIds: string[] };

/**
 * Gives a new job a running place, else a waiting one.
 * @param waiters  the jobs that have waited longest, oldest first, as many as there may be room for: they go first
 */
export function accept(
  job: ExportJob,
  slots: Slots,
  caps: Caps,
  { force, waiters, nowMs }: { force: boolean; waiters: readonly ExportJob[]; nowMs: number },
): Acceptance {
  const active = [...slots.running, ...slots.waiting];
  const same = active.find(({ specHash }) => specHash === job.specHash);
  if (same && !force) return { outcome: 'running already', jobId: same.jobId };
  const entry = { jobId: job.jobId, specHash: job.specHash };
  const queued = { ...slots, runningCap: caps.running, waiting: [...slots.waiting, entry] };
  const places = admitWaiters(queued, [...waiters, job], nowMs);
  if (places.slots.waiting.length > caps.waiting)
    return { outcome: 'full', activeJobIds: active.map(({ jobId }) => jobId) };
  const admitted = places.admitted.some(({ jobId }) => jobId === job.jobId);
  return { outcome: 'accepted', ...stepOf(places, admitted ? [] : [job]) };
}

const admit = (job: ExportJob, nowMs: number): ExportJob => ({ ...job, admitted: true, ...dueSoon(nowMs) });

export const without = (entries: readonly SlotEntry[], jobId: string): SlotEntry[] =>
  entries.filter((entry) => entry.jobId !== jobId);

export type Admission = { slots: Slots; admitted: ExportJob[] };

/** Moves waiters to the free running places, oldest first; the first one whose job is not at hand keeps its turn. */
export function admitWaiters(slots: Slots, waiters: readonly ExportJob[], nowMs: number): Admission {
  const free = Math.max(0, slots.runningCap - slots.running.length);
  const jobs = slots.waiting
    .slice(0, free)
    .map((entry) => waiters.find(({ jobId }) => jobId === entry.jobId));
  const missing = jobs.indexOf(undefined);
  const next = (missing < 0 ? jobs : jobs.slice(0, missing)) as ExportJob[];
  return {
    slots: {
      ...slots,
      running: [...slots.running, ...slots.waiting.slice(0, next.length)],
      waiting: slots.waiting.slice(next.length),
    },
    admitted: next.map((job) => admit(job, nowMs)),
  };
}

export const stepOf = ({ slots, admitted }: Admission, others: readonly ExportJob[]): Step => ({
  records: [...others, slots, ...admitted],
  rings: admitted.map((job) => ringFor(job, 'plan')),
});

/** The places of the job's workspace and its oldest waiters, as many as there may be room for, read with the job. */
export type Places = { slots: Slots; waiters: readonly ExportJob[] };
