import { type ExportJob, type JobState, stateAt } from './job.ts';
import type { JobStore } from './job-store.ts';

/** Segments that are looked at for rows of the moment; beyond that, finished segments tell enough. */
const LOOKED_AT = 64;

/** A job and how far it is, as readers of any dialect see it. */
export type JobStatus = {
  job: ExportJob;
  state: JobState;
  /** Rows that are written, those of unfinished segments included. */
  rowsDone: number;
  /** How many there will be as far as the roll-ups know, null where they cannot; once the file is ready, how many it has. */
  rowsTotal: number | null;
  /** 0 to 100; below 100 until the file is ready. */
  percent: number;
  /** 1 = next to be admitted; null when the job does not wait. */
  queuePosition: number | null;
};

/** How far a job is. Reads its segments while they are worked on, and the workspace's places while it waits. */
export async function jobStatus(job: ExportJob, jobs: JobStore, nowMs: number): Promise<JobStatus> {
  const rowsDone = job.rows + (await openRows(job, jobs));
  const percent = percentOf(job, rowsDone);
  return {
    job,
    state: stateAt(job, nowMs),
    rowsDone,
    rowsTotal: percent === 100 ? rowsDone : job.rowsTotal,
    percent,
    queuePosition: await queuePosition(job, jobs),
  };
}

async function openRows(job: ExportJob, jobs: JobStore): Promise<number> {
  if (job.stage !== 'segments' || job.segments > LOOKED_AT) return 0;
  const segments = await jobs.segments(job.jobId);
  const open = segments.filter(({ n, state }) => n < job.segments && state === 'open');
  return open.reduce((sum, { rows }) => sum + rows, 0);
}

function percentOf({ state, rowsTotal, segments, segmentsLeft }: ExportJob, rowsDone: number): number {
  if (state === 'ready' || state === 'expired') return 100;
  if (segments === 0) return 0;
  const part = rowsTotal ? rowsDone / rowsTotal : (segments - segmentsLeft) / segments;
  return Math.min(99, Math.floor(part * 100));
}

async function queuePosition(job: ExportJob, jobs: JobStore): Promise<number | null> {
  if (job.state !== 'queued' || job.admitted) return null;
  const waiting = (await jobs.findSlots(job.workspaceId))?.waiting ?? [];
  const at = waiting.findIndex(({ jobId }) => jobId === job.jobId);
  return at === -1 ? null : at + 1;
}
