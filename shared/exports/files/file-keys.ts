import type { ExportJob, Segment } from '../jobs/job.ts';

type JobRef = Pick<ExportJob, 'workspaceId' | 'jobId'>;

/**
 * Where the objects of a job lie: what is downloaded under `exports/`, what only making it needs under `temporary/`.
 * Every name ends in the fence of its writer, so nobody writes over what somebody else has recorded.
 */
export const jobPrefixes = (job: JobRef): { kept: string; temporary: string } => ({
  kept: `exports/${job.workspaceId}/${job.jobId}/`,
  temporary: `temporary/${job.workspaceId}/${job.jobId}/`,
});

/** The object of a segment; the only segment of a job is its file. */
export function segmentKey(job: ExportJob, { n, fence }: Pick<Segment, 'n' | 'fence'>): string {
  const { kept, temporary } = jobPrefixes(job);
  return `${job.segments === 1 ? kept : temporary}segment-${n}-${fence}`;
}

/** Bytes of a segment that are too few for a part. @param count  of the tails that this fence has written before */
export const tailKey = (segment: Segment, count: number): string =>
  `${jobPrefixes(segment).temporary}tail-${segment.n}-${segment.fence}-${count}`;

export const fileKey = (job: ExportJob): string => `${jobPrefixes(job).kept}file-${job.fence}`;

export const linksKey = (job: ExportJob): string => `${jobPrefixes(job).temporary}links-${job.fence}`;
