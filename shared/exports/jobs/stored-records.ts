import type { Assembly, ExportJob, FrozenLinks, JobRecord, Segment, Upload } from './job.ts';

/** Of jobs that were accepted before files could close or be several, or lists could be long. */
type OlderJob = Omit<ExportJob, 'frozenLinks' | 'assembly'> & {
  frozenLinks: FrozenLinks | { key: string; count: number };
  assembly: Assembly | Upload | null;
};

/** A record as it is stored today, from one that may have been written by an older version. */
export function asStoredToday<R extends JobRecord>(record: R): R {
  if (record.record === 'job') return jobOf(record as unknown as OlderJob) as R;
  if (record.record === 'segment') return { ...record, index: (record as Segment).index ?? null };
  return record;
}

function jobOf({ frozenLinks, assembly, ...job }: OlderJob): ExportJob {
  return {
    ...job,
    listRuns: job.listRuns ?? 0,
    warnings: job.warnings ?? [],
    choosing: job.choosing ?? null,
    layout: layoutOf(job),
    frozenLinks: frozenLinks !== null && 'key' in frozenLinks ? { pieces: [frozenLinks] } : frozenLinks,
    assembly:
      assembly !== null && 'uploadId' in assembly ? { made: [], closing: null, upload: assembly } : assembly,
  };
}

/**
 * An older version cuts a job into the segments of one file, and leaves the layout as it was: there is none, or the empty
 * one of a job that was accepted, or claimed and given back, by today's version while both were at work.
 */
function layoutOf({
  layout = [],
  segments,
}: Pick<ExportJob, 'segments'> & Partial<ExportJob>): readonly number[] {
  const laidOut = layout.reduce((sum, ofFile) => sum + ofFile, 0);
  return laidOut === segments ? layout : [segments];
}
