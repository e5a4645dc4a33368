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

/** The object of a segment. @param isFile  when nothing is joined to it or written behind it */
export function segmentKey(segment: Segment, isFile: boolean): string {
  const { kept, temporary } = jobPrefixes(segment);
  return `${isFile ? kept : temporary}segment-${segment.n}-${segment.fence}`;
}

/** Bytes of a segment that are too few for a part. @param count  of the tails that this fence has written before */
export const tailKey = (segment: Segment, count: number): string =>
  `${jobPrefixes(segment).temporary}tail-${segment.n}-${segment.fence}-${count}`;

/** What a segment's rows left behind. @param count  of the indexes that this fence has written before */
export const indexKey = (segment: Segment, count: number): string =>
  `${jobPrefixes(segment).temporary}index-${segment.n}-${segment.fence}-${count}`;

/** A joined file. */
export const fileKey = (job: ExportJob, file: number): string =>
  `${jobPrefixes(job).kept}file-${file}-${job.fence}`;

/** The bytes that close a file. */
export const closingKey = (job: ExportJob, file: number): string =>
  `${jobPrefixes(job).temporary}closing-${file}-${job.fence}`;

/** A piece of the links that a plan has chosen. @param count  of the pieces that this fence has written before */
export const linksKey = (job: ExportJob, count: number): string =>
  `${jobPrefixes(job).temporary}links-${job.fence}-${count}`;
