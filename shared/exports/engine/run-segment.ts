import { Problem } from '#shared/problem.ts';
import { completeUpload } from '../files/complete-upload.ts';
import type { ExportJob, Segment } from '../jobs/job.ts';
import { placeOf } from '../jobs/layout.ts';
import { specOf } from '../jobs/long-lists.ts';
import { restartSegment, segmentDone } from '../jobs/steps/segment.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import { CHECKPOINT_MS, SLICE_MS } from '../jobs/timings.ts';
import { carryOut, carryOutStep } from './carry-out.ts';
import type { ExportTools } from './export-tools.ts';
import { fileSpec } from './file-spec.ts';
import { linkSet, linksIn } from './frozen-links.ts';
import type { FileSpec } from './kind.ts';
import { openSegmentWriter, type SegmentWriter } from './segment-writer.ts';

/**
 * One slice of a claimed segment: reads on from its cursor, encodes, uploads, records; at its end hands on or, when
 * all is read, makes the segment's object and reports it done.
 * @param untilMs  when the slice must have handed on at the latest
 * @returns `lost` when somebody else has taken the segment over, or the job has ended
 */
export async function runSegment(
  job: ExportJob,
  segment: Segment,
  tools: ExportTools,
  untilMs: number,
): Promise<'done' | 'handed on' | Lost> {
  let written: Written = segment;
  if (!segment.exhausted) {
    const spec = await specOf(job, tools.jobs);
    const { file: n, isFirst, isOnly } = placeOf(job, segment.n);
    const file = fileSpec(job, spec, n, tools);
    const isFile = isOnly && tools.formats(file.format).close === undefined;
    const writer = await openSegmentWriter({ job, segment, file, isFirst, isFile }, tools);
    const outcome = await writeSlice({ job, segment, spec, file, isFirst }, writer, tools, untilMs);
    if (outcome !== 'exhausted') return outcome;
    written = { upload: writer.upload(), crc32: writer.crc32() };
  }
  return finish(job, segment, written, tools);
}

/** What is recorded of a segment that is written to its end. */
type Written = Pick<Segment, 'upload' | 'crc32'>;

type Slice = { job: ExportJob; segment: Segment; spec: unknown; file: FileSpec<unknown>; isFirst: boolean };

async function writeSlice(
  slice: Slice,
  writer: SegmentWriter,
  tools: ExportTools,
  untilMs: number,
): Promise<'exhausted' | 'handed on' | Lost> {
  const { now, sizes } = tools;
  const { segment, file, isFirst } = slice;
  const format = tools.formats(file.format);
  const encode = format.rows(file.columns, file.options);
  const endMs = Math.min(now() + SLICE_MS, untilMs);
  let savedMs = now();
  const open = { exhausted: false, handOn: false };
  if (isFirst && segment.cursor === null)
    await writer.add({ content: format.open(file.options), rows: 0, skippedRows: 0 }, null);
  for await (const { rows, cursor } of await batchesOf(slice, tools)) {
    await writer.add(await encode(rows), cursor);
    const nowMs = now();
    if (nowMs >= endMs) {
      if ((await writer.save({ ...open, handOn: true })) === LOST) return LOST;
      return (await writer.settled()) === LOST ? LOST : 'handed on';
    }
    if (writer.pendingBytes >= sizes.partBytes || nowMs - savedMs >= CHECKPOINT_MS) {
      savedMs = nowMs;
      if ((await writer.save(open)) === LOST) return LOST;
    }
  }
  if ((await writer.save({ ...open, exhausted: true })) === LOST) return LOST;
  return (await writer.settled()) === LOST ? LOST : 'exhausted';
}

async function batchesOf({ job, segment, spec }: Slice, { kinds, sources, files }: ExportTools) {
  const { frozenLinks } = job;
  const { range, cursor } = segment;
  const chosen =
    'fromId' in range
      ? { links: null, ids: await linksIn(frozenLinks, range, files) }
      : { links: await linkSet(frozenLinks, files), ids: [] };
  return kinds(job.kind).read({ spec, scope: job, ...chosen, range, cursor, sources });
}

/** Everything is read and every part recorded: whoever comes now only has this left to do. */
async function finish(
  job: ExportJob,
  segment: Segment,
  { upload, crc32 }: Written,
  tools: ExportTools,
): Promise<'done' | 'handed on' | Lost> {
  if (upload && (await completeUpload(tools.files, upload, crc32)) === 'broken')
    return restart(job, segment, tools);
  const { jobs, now } = tools;
  return carryOutStep(tools, async () => {
    const [current, stored] = await read(job, segment, tools);
    const { segmentsRung, segments } = current;
    const next = segmentsRung < segments ? await jobs.findSegment(job.jobId, segmentsRung) : undefined;
    return segmentDone(current, stored, segment.fence, next, now());
  });
}

async function restart(job: ExportJob, segment: Segment, tools: ExportTools): Promise<'handed on' | Lost> {
  tools.log.warn('segment begins anew', { jobId: job.jobId, n: segment.n });
  return carryOut<'handed on' | Lost>(tools, async () => {
    const [current, stored] = await read(job, segment, tools);
    const step = restartSegment(current, stored, segment.fence, tools.now());
    if (step === LOST) return { result: LOST };
    if (step === undefined) throw brokenTooOften();
    return { step, result: 'handed on' };
  });
}

export const brokenTooOften = (): Problem =>
  new Problem('internal_error', 'The file was damaged while it was made, again and again.');

const read = async (job: ExportJob, segment: Segment, { jobs }: ExportTools): Promise<[ExportJob, Segment]> =>
  Promise.all([jobs.findJob(job.workspaceId, job.jobId), jobs.findSegment(job.jobId, segment.n)]) as Promise<
    [ExportJob, Segment]
  >;
