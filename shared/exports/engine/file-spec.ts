import type { ExportJob } from '../jobs/job.ts';
import type { ExportTools } from './export-tools.ts';
import type { FileSpec } from './kind.ts';

/** What the n-th file of a job is called, and how rows become it. @param spec  of the job, its lists in full */
export const fileSpec = (
  { kind, layout, jobId, snapshotMs, createdAtMs: acceptedAtMs }: ExportJob,
  spec: unknown,
  n: number,
  { kinds }: Pick<ExportTools, 'kinds'>,
): FileSpec<unknown> => kinds(kind).file(spec, { n, of: layout.length, jobId, snapshotMs, acceptedAtMs });
