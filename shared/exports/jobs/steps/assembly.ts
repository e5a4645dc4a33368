import type { Assembly, ExportJob } from '../job.ts';
import { MAX_RESTARTS } from '../timings.ts';
import { holdsJob } from './holds.ts';
import { LOST, type Lost, released, renewed, ringFor, type Step } from './step.ts';

/** An assembly of which nothing is made. */
export const NOTHING_MADE: Assembly = { made: [], closing: null, upload: null };

/** Records how far the making of the files is and renews the lease, or hands on. */
export function assemblyCheckpoint(
  job: ExportJob,
  fence: number,
  { assembly, handOn, nowMs }: { assembly: Assembly; handOn: boolean; nowMs: number },
): Step | Lost {
  if (!holdsJob(job, fence, 'assemble')) return LOST;
  const moved = isFurther(assembly, job.assembly ?? NOTHING_MADE);
  const next = { ...job, assembly, ...renewed(handOn, nowMs), claims: moved ? 0 : job.claims };
  return { records: [next], rings: handOn ? [ringFor(job, 'assemble')] : [] };
}

const isFurther = (now: Assembly, before: Assembly): boolean =>
  now.made.length > before.made.length ||
  (now.closing !== null && before.closing === null) ||
  (now.upload?.parts.length ?? 0) > (before.upload?.parts.length ?? 0);

/** Begins the present file anew; those that are complete stay. `undefined`: that has happened too often. */
export function restartAssembly(job: ExportJob, fence: number, nowMs: number): Step | Lost | undefined {
  if (!holdsJob(job, fence, 'assemble')) return LOST;
  if (job.restarts >= MAX_RESTARTS) return undefined;
  const { made } = job.assembly ?? NOTHING_MADE;
  const next = {
    ...job,
    assembly: { ...NOTHING_MADE, made },
    restarts: job.restarts + 1,
    ...released(nowMs),
  };
  return { records: [next], rings: [ringFor(job, 'assemble')] };
}
