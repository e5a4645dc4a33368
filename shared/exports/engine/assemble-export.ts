import { completeUpload } from '../files/complete-upload.ts';
import { combineCrc32, EMPTY_CRC32 } from '../files/crc32.ts';
import type { Assembly, ExportFile, ExportJob, Segment, Stored } from '../jobs/job.ts';
import { ofFile } from '../jobs/layout.ts';
import { specOf } from '../jobs/long-lists.ts';
import { assemblyCheckpoint, NOTHING_MADE, restartAssembly } from '../jobs/steps/assembly.ts';
import { finish, type Made } from '../jobs/steps/end.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import { carryOut, carryOutStep } from './carry-out.ts';
import { closeFile } from './close-file.ts';
import type { ExportTools } from './export-tools.ts';
import { fileSpec } from './file-spec.ts';
import { joinObjects } from './join-objects.ts';
import type { FileSpec } from './kind.ts';
import { placesOf } from './places.ts';
import { brokenTooOften } from './run-segment.ts';

type Slice = { job: ExportJob; segments: readonly Segment[]; untilMs: number };
type FileOrder = { n: number; spec: FileSpec<unknown> };

/**
 * Makes the files of a claimed job whose segments are all done, one after the other, and ends it.
 * @param untilMs  when the slice must have handed on at the latest
 */
export async function assembleExport(
  job: ExportJob,
  tools: ExportTools,
  untilMs: number,
): Promise<'done' | 'handed on' | Lost> {
  const spec = await specOf(job, tools.jobs);
  const { rows, skippedRows } = job;
  const failure = tools.kinds(job.kind).failure?.(spec, { rows, skippedRows }) ?? null;
  const orders = job.layout
    .map((_, n): FileOrder => ({ n, spec: fileSpec(job, spec, n, tools) }))
    .filter((order) => failure === null || order.spec.evenFailed);
  const segments = (await tools.jobs.segments(job.jobId)).slice(0, job.segments);
  const slice = { job, segments, untilMs };
  let assembly = job.assembly ?? NOTHING_MADE;
  for (const order of orders.slice(assembly.made.length)) {
    const made = await makeFile(slice, order, assembly, tools);
    if (made === LOST || made === 'handed on') return made;
    assembly = { ...NOTHING_MADE, made: [...assembly.made, made] };
    // The end of the job records the last of them.
    if (order !== orders.at(-1) && (await save(slice, assembly, false, tools)) === LOST) return LOST;
  }
  return publish(job, { files: assembly.made, failure }, tools);
}

/** One segment that nothing stands behind is the file; whatever is several is joined. */
async function makeFile(
  slice: Slice,
  order: FileOrder,
  before: Assembly,
  tools: ExportTools,
): Promise<ExportFile | 'handed on' | Lost> {
  const { job } = slice;
  const own = ofFile(job, order.n, slice.segments);
  const renew = () => save(slice, before, false, tools);
  const closing = before.closing ?? (await closeFile(job, order, slice.segments, { tools, renew }));
  if (closing === LOST) return LOST;
  const objects = [...own.map(objectOf), ...(closing === null ? [] : [closing])];
  const label = describe(order.spec, own, objects);
  if (own.length === 1 && closing === null) return { ...label, key: objects[0]!.key, sha256: own[0]!.sha256 };

  let assembly = before;
  if (closing !== null && before.closing === null) {
    assembly = { ...before, closing };
    if ((await save(slice, assembly, false, tools)) === LOST) return LOST;
  }
  const joined = await joinObjects({ job, ...order, objects, untilMs: slice.untilMs }, assembly.upload, {
    tools,
    save: (upload, handOn) => save(slice, { ...assembly, upload }, handOn, tools),
  });
  if (joined === LOST || joined === 'handed on') return joined;
  if ((await completeUpload(tools.files, joined, label.crc32)) === 'broken') return restart(job, tools);
  return { ...label, key: joined.key, sha256: null };
}

/** A segment without bytes has no object, and nothing is read of it. */
const objectOf = ({ upload, bytes, crc32 }: Segment): Stored => ({ key: upload?.key ?? '', bytes, crc32 });

/** Size, sums and name of a file made of these objects. */
const describe = (
  { name, contentType }: FileSpec<unknown>,
  own: readonly Segment[],
  objects: readonly Stored[],
): Omit<ExportFile, 'key' | 'sha256'> => ({
  name,
  contentType,
  bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
  rows: own.reduce((sum, { rows }) => sum + rows, 0),
  crc32: objects.reduce((sum, { crc32, bytes }) => combineCrc32(sum, crc32, bytes), EMPTY_CRC32),
});

const save = (
  { job }: Slice,
  assembly: Assembly,
  handOn: boolean,
  tools: ExportTools,
): Promise<'done' | Lost> =>
  carryOutStep(tools, async () => {
    const current = await tools.jobs.findJob(job.workspaceId, job.jobId);
    return assemblyCheckpoint(current!, job.fence, { assembly, handOn, nowMs: tools.now() });
  });

async function publish(job: ExportJob, made: Made, tools: ExportTools): Promise<'done' | Lost> {
  const { jobs, now, log } = tools;
  const outcome = await carryOutStep(tools, async () => {
    const current = await jobs.findJob(job.workspaceId, job.jobId);
    return finish(current!, job.fence, made, await placesOf(jobs, job.workspaceId), now());
  });
  const { jobId, kind, rows, skippedRows } = job;
  const bytes = made.files.reduce((sum, file) => sum + file.bytes, 0);
  if (outcome === 'done')
    log.info(made.failure === null ? 'export ready' : 'export failed', {
      jobId,
      kind,
      rows,
      skippedRows,
      bytes,
      ...(made.failure ? { code: made.failure.code, message: made.failure.message } : {}),
    });
  return outcome;
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
