import { layOutParts, type PartPlan } from '../files/assembly-layout.ts';
import { fileKey } from '../files/file-keys.ts';
import type { ExportJob, Stored, Upload, UploadPart } from '../jobs/job.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import type { ExportTools } from './export-tools.ts';
import type { FileSpec } from './kind.ts';

/** Parts that are made at once; each but the short ones is a copy inside S3. */
const AT_ONCE = 8;

type JoinOrder = {
  job: ExportJob;
  /** Which of the job's files. */
  n: number;
  spec: FileSpec<unknown>;
  /** What the file is made of, in order. */
  objects: readonly Stored[];
  untilMs: number;
};

type JoinTools = {
  tools: ExportTools;
  /** Records how far the upload is. */
  save(upload: Upload, handOn: boolean): Promise<'done' | Lost>;
};

/**
 * Makes the parts of a joined file that are not recorded yet, some at a time, each batch followed by a checkpoint.
 * @param before  what is recorded
 */
export async function joinObjects(
  { job, n, spec, objects, untilMs }: JoinOrder,
  before: Upload | null,
  { tools: { files, sizes, now }, save }: JoinTools,
): Promise<Upload | 'handed on' | Lost> {
  const layout = layOutParts(
    objects.map(({ bytes }) => bytes),
    sizes,
  );
  let upload = before ?? (await beginUpload(fileKey(job, n), spec, files));
  while (upload.parts.length < layout.length) {
    const made = upload.parts.length;
    const batch = layout.slice(made, made + AT_ONCE);
    const parts = await Promise.all(
      batch.map((part, at) => makePart({ upload, number: made + at + 1, part, objects }, files)),
    );
    upload = { ...upload, parts: [...upload.parts, ...parts] };
    const handOn = now() >= untilMs && upload.parts.length < layout.length;
    if ((await save(upload, handOn)) === LOST) return LOST;
    if (handOn) return 'handed on';
  }
  return upload;
}

async function beginUpload(
  key: string,
  { name, contentType }: FileSpec<unknown>,
  files: ExportTools['files'],
): Promise<Upload> {
  return { key, uploadId: await files.begin(key, { name, contentType }), parts: [] };
}

type PartOrder = { upload: Upload; number: number; part: PartPlan; objects: readonly Stored[] };

async function makePart(
  { upload, number, part, objects }: PartOrder,
  files: ExportTools['files'],
): Promise<UploadPart> {
  const sources = part.pieces.map(({ object, from, to }) => ({ key: objects[object]!.key, from, to }));
  const bytes = part.pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  if (part.copied) return { number, bytes, etag: await files.copyPart(upload, number, sources[0]!) };
  const read = await Promise.all(sources.map(({ key, from, to }) => files.read(key, { from, to })));
  return { number, bytes, etag: await files.uploadPart(upload, number, Buffer.concat(read)) };
}
