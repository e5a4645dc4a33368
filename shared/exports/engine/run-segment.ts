import { Problem } from '#shared/problem.ts';
import { completeUpload } from '../files/complete-upload.ts';
import { idSet } from '../jobs/id-set.ts';
import type { ExportJob, Segment } from '../jobs/job.ts';
import { specOf } from '../jobs/long-lists.ts';
import { restartSegment, segmentDone } from '../jobs/steps/segment.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import { CHECKPOINT_MS, SLICE_MS } from '../jobs/timings.ts';
import { carryOut, carryOutStep } from './carry-out.ts';
import type { ExportTools } from './export-tools.ts';
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
    const kind = tools.kinds(job.kind);
    const label = kind.file(job.spec, job.createdAtMs);
    const writer = await openSegmentWriter(
      { job, segment, label, compression: kind.compression(job.spec) },
      tools,
    );
    const outcome = await writeSlice(job, segment, writer, tools, untilMs);
    if (outcome !== 'exhausted') return outcome;
    written = { upload: writer.upload(), crc32: writer.crc32() };
  }
  return finish(job, segment, written, tools);
}

/** What is recorded of a segment that is written to its end. */
type Written = Pick<Segment, 'upload' | 'crc32'>;

async function writeSlice(
  job: ExportJob,
  segment: Segment,
  writer: SegmentWriter,
  tools: ExportTools,
  untilMs: number,
): Promise<'exhausted' | 'handed on' | Lost> {
  const { now, sizes } = tools;
  const endMs = Math.min(now() + SLICE_MS, untilMs);
  let savedMs = now();
  const open = { exhausted: false, handOn: false };
  if (segment.n === 0 && segment.cursor === null) await writer.add(headerOf(job, tools));
  for await (const run of await runsOf(job, segment, tools)) {
    await writer.add(run);
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

const headerOf = (job: ExportJob, { kinds }: ExportTools) => ({
  text: kinds(job.kind).header(job.spec),
  rows: 0,
  skippedRows: 0,
  cursor: null,
});

async function runsOf(job: ExportJob, segment: Segment, { kinds, sources, files, jobs }: ExportTools) {
  const { frozenLinks } = job;
  const packed =
    frozenLinks === null || 'inline' in frozenLinks ? frozenLinks?.inline : await files.read(frozenLinks.key);
  return kinds(job.kind).read({
    spec: await specOf(job, jobs),
    scope: job,
    links: packed === undefined ? null : idSet(packed),
    range: segment.range,
    cursor: segment.cursor,
    sources,
  });
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
