import type { ExportJob, Upload } from '../job.ts';
import { LEASE_MS, MAX_RESTARTS } from '../timings.ts';
import { holdsJob } from './holds.ts';
import { LOST, type Lost, released, ringFor, type Step } from './step.ts';

/** Records how far the joining is and renews the lease, or hands on. */
export function assemblyCheckpoint(
  job: ExportJob,
  fence: number,
  { assembly, handOn, nowMs }: { assembly: Upload; handOn: boolean; nowMs: number },
): Step | Lost {
  if (!holdsJob(job, fence, 'assemble')) return LOST;
  const moved = assembly.parts.length > (job.assembly?.parts.length ?? 0);
  const lease = handOn
    ? released(nowMs)
    : { leaseUntilMs: nowMs + LEASE_MS, dueAtMs: nowMs + LEASE_MS, rings: 0 };
  const next = { ...job, assembly, ...lease, claims: moved ? 0 : job.claims };
  return { records: [next], rings: handOn ? [ringFor(job, 'assemble')] : [] };
}

/** Begins the joining anew. `undefined`: that has happened too often. */
export function restartAssembly(job: ExportJob, fence: number, nowMs: number): Step | Lost | undefined {
  if (!holdsJob(job, fence, 'assemble')) return LOST;
  if (job.restarts >= MAX_RESTARTS) return undefined;
  const next = { ...job, assembly: null, restarts: job.restarts + 1, ...released(nowMs) };
  return { records: [next], rings: [ringFor(job, 'assemble')] };
}
