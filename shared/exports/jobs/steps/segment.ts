import type { ExportJob, Segment } from '../job.ts';
import { MAX_RESTARTS } from '../timings.ts';
import { holdsSegment } from './holds.ts';
import { NOTHING_WRITTEN } from './plan.ts';
import {
  dueSoon,
  LOST,
  type Lost,
  NEVER_DUE,
  released,
  renewed,
  ringFor,
  ringForSegment,
  type Step,
} from './step.ts';

/** How far a segment is. */
export type Progress = Pick<
  Segment,
  'cursor' | 'exhausted' | 'upload' | 'tail' | 'index' | 'rows' | 'skippedRows' | 'bytes' | 'crc32' | 'sha256'
>;

/** Records progress and renews the lease; `handOn` gives the segment back to the next slice instead. */
export function checkpoint(
  job: ExportJob,
  segment: Segment,
  fence: number,
  { progress, handOn, nowMs }: { progress: Progress; handOn: boolean; nowMs: number },
): Step | Lost {
  if (!holdsSegment(job, segment, fence)) return LOST;
  const moved = progress.cursor !== segment.cursor || progress.exhausted !== segment.exhausted;
  const next = { ...segment, ...progress, ...renewed(handOn, nowMs), claims: moved ? 0 : segment.claims };
  return { records: [next], rings: handOn ? [ringForSegment(segment)] : [] };
}

/** Begins a segment anew whose upload is lost or was overwritten. `undefined`: that has happened too often. */
export function restartSegment(
  job: ExportJob,
  segment: Segment,
  fence: number,
  nowMs: number,
): Step | Lost | undefined {
  if (!holdsSegment(job, segment, fence)) return LOST;
  if (segment.restarts >= MAX_RESTARTS) return undefined;
  const next = {
    ...segment,
    ...NOTHING_WRITTEN,
    sha256: null,
    restarts: segment.restarts + 1,
    ...released(nowMs),
  };
  return { records: [next], rings: [ringForSegment(segment)] };
}

/** The object of a segment is complete. @param next  the stored segment `job.segmentsRung`, if there is one */
export function segmentDone(
  job: ExportJob,
  segment: Segment,
  fence: number,
  next: Segment | undefined,
  nowMs: number,
): Step | Lost {
  if (!holdsSegment(job, segment, fence)) return LOST;
  const left = job.segmentsLeft - 1;
  const done: Segment = { ...segment, state: 'done', leaseUntilMs: nowMs, ...NEVER_DUE };
  const rung = next === undefined ? [] : [{ ...next, ...dueSoon(nowMs) }];
  const after: ExportJob = {
    ...job,
    rows: job.rows + segment.rows,
    skippedRows: job.skippedRows + segment.skippedRows,
    segmentsLeft: left,
    segmentsRung: job.segmentsRung + rung.length,
    ...(left === 0 ? { stage: 'assemble', leaseUntilMs: nowMs, claims: 0, ...dueSoon(nowMs) } : {}),
  };
  const rings = left === 0 ? [ringFor(job, 'assemble')] : rung.map(ringForSegment);
  return { records: [after, done, ...rung], rings };
}
