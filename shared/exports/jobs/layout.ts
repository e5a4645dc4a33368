import type { ExportJob } from './job.ts';

type Layout = Pick<ExportJob, 'layout'>;

/** The number of the first segment of each file. */
const starts = ({ layout }: Layout): number[] =>
  layout.map((_, file) => layout.slice(0, file).reduce((sum, segments) => sum + segments, 0));

/** Which file a segment belongs to, and whether it begins it or is all there is of it. */
export function placeOf(job: Layout, n: number): { file: number; isFirst: boolean; isOnly: boolean } {
  const from = starts(job);
  // A file without segments begins where the next one does, so the last that begins is the one with segments.
  const file = from.findLastIndex((start) => start <= n);
  return { file, isFirst: from[file] === n, isOnly: job.layout[file] === 1 };
}

/** The segments of a file. @param segments  all of the job, in order */
export function ofFile<S>(job: Layout, file: number, segments: readonly S[]): S[] {
  const from = starts(job)[file]!;
  return segments.slice(from, from + job.layout[file]!);
}
