import { layOutParts, type PartPlan } from '../files/assembly-layout.ts';
import { completeUpload } from '../files/complete-upload.ts';
import { combineCrc32, EMPTY_CRC32 } from '../files/crc32.ts';
import { fileKey } from '../files/file-keys.ts';
import type { ExportFile, ExportJob, Segment, Upload, UploadPart } from '../jobs/job.ts';
import { assemblyCheckpoint, restartAssembly } from '../jobs/steps/assembly.ts';
import { ready } from '../jobs/steps/end.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import { carryOut, carryOutStep } from './carry-out.ts';
import type { ExportTools } from './export-tools.ts';
import { placesOf } from './places.ts';
import { brokenTooOften } from './run-segment.ts';

/** Parts that are made at once; each but the short ones is a copy inside S3. */
const AT_ONCE = 8;

/**
 * Makes the file of a claimed job whose segments are all done: one segment is the file, several are joined.
 * @param untilMs  when the slice must have handed on at the latest
 */
export async function assembleExport(
  job: ExportJob,
  tools: ExportTools,
  untilMs: number,
): Promise<'done' | 'handed on' | Lost> {
  const segments = (await tools.jobs.segments(job.jobId)).slice(0, job.segments);
  if (segments.length === 1) return publish(job, onlyFile(job, segments[0]!, tools), tools);
  const joined = await join(job, segments, tools, untilMs);
  if (joined === LOST || joined === 'handed on') return joined;
  const file = { ...describe(job, segments, tools), key: joined.key, sha256: null };
  if ((await completeUpload(tools.files, joined, file.crc32)) === 'broken') return restart(job, tools);
  return publish(job, file, tools);
}

function onlyFile(job: ExportJob, segment: Segment, tools: ExportTools): ExportFile {
  return { ...describe(job, [segment], tools), key: segment.upload!.key, sha256: segment.sha256 };
}

/** Size, sums and name of a file made of these segments. */
function describe(
  job: ExportJob,
  segments: readonly Segment[],
  { kinds }: ExportTools,
): Omit<ExportFile, 'key' | 'sha256'> {
  const crc32 = segments.reduce(
    (sum, segment) => combineCrc32(sum, segment.crc32, segment.bytes),
    EMPTY_CRC32,
  );
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return { ...kinds(job.kind).file(job.spec, job.createdAtMs), bytes, rows: job.rows, crc32 };
}

async function publish(job: ExportJob, file: ExportFile, tools: ExportTools): Promise<'done' | Lost> {
  const { jobs, now, log } = tools;
  const outcome = await carryOutStep(tools, async () => {
    const current = await jobs.findJob(job.workspaceId, job.jobId);
    return ready(current!, job.fence, [file], await placesOf(jobs, job.workspaceId), now());
  });
  const { jobId, kind, rows, skippedRows } = job;
  if (outcome === 'done') log.info('export ready', { jobId, kind, rows, skippedRows, bytes: file.bytes });
  return outcome;
}

/** Makes the parts that are not recorded yet, some at a time, each batch followed by a checkpoint. */
async function join(
  job: ExportJob,
  segments: readonly Segment[],
  tools: ExportTools,
  untilMs: number,
): Promise<Upload | 'handed on' | Lost> {
  const { files, now, sizes, jobs } = tools;
  const layout = layOutParts(
    segments.map(({ bytes }) => bytes),
    sizes,
  );
  let upload = job.assembly ?? (await beginUpload(job, tools));
  while (upload.parts.length < layout.length) {
    const made = upload.parts.length;
    const batch = layout.slice(made, made + AT_ONCE);
    const parts = await Promise.all(
      batch.map((part, at) => makePart({ upload, number: made + at + 1, part, segments }, files)),
    );
    upload = { ...upload, parts: [...upload.parts, ...parts] };
    const assembly = upload;
    const handOn = now() >= untilMs && assembly.parts.length < layout.length;
    const outcome = await carryOutStep(tools, async () => {
      const current = await jobs.findJob(job.workspaceId, job.jobId);
      return assemblyCheckpoint(current!, job.fence, { assembly, handOn, nowMs: now() });
    });
    if (outcome === LOST) return LOST;
    if (handOn) return 'handed on';
  }
  return upload;
}

async function beginUpload(job: ExportJob, { kinds, files }: ExportTools): Promise<Upload> {
  const key = fileKey(job);
  const label = kinds(job.kind).file(job.spec, job.createdAtMs);
  return { key, uploadId: await files.begin(key, label), parts: [] };
}

type PartOrder = { upload: Upload; number: number; part: PartPlan; segments: readonly Segment[] };

async function makePart(
  { upload, number, part, segments }: PartOrder,
  files: ExportTools['files'],
): Promise<UploadPart> {
  const sources = part.pieces.map(({ segment, from, to }) => ({
    key: segments[segment]!.upload!.key,
    from,
    to,
  }));
  const bytes = part.pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  if (part.copied) return { number, bytes, etag: await files.copyPart(upload, number, sources[0]!) };
  const read = await Promise.all(sources.map(({ key, from, to }) => files.read(key, { from, to })));
  return { number, bytes, etag: await files.uploadPart(upload, number, Buffer.concat(read)) };
}

async function restart(job: ExportJob, tools: ExportTools): Promise<'handed on' | Lost> {
  tools.log.warn('assembly begins anew', { jobId: job.jobId });
  return carryOut<'handed on' | Lost>(tools, async () => {
    const current = await tools.jobs.findJob(job.workspaceId, job.jobId);
    const step = restartAssembly(current!, job.fence, tools.now());
    if (step === LOST) return { result: LOST };
    if (step === undefined) throw brokenTooOften();
    return { step, result: 'handed on' };
  });
}
