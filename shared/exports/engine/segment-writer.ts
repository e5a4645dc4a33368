import { Problem } from '#shared/problem.ts';
import { indexKey, segmentKey, tailKey } from '../files/file-keys.ts';
import type { Encoded } from '../files/format.ts';
import { type SegmentOutput, segmentOutput } from '../files/segment-output.ts';
import type { ExportJob, Segment, Upload, UploadPart } from '../jobs/job.ts';
import { checkpoint, type Progress } from '../jobs/steps/segment.ts';
import type { Lost } from '../jobs/steps/step.ts';
import { MAX_PARTS } from '../jobs/timings.ts';
import { carryOutStep } from './carry-out.ts';
import type { ExportTools } from './export-tools.ts';
import type { FileSpec } from './kind.ts';
import { keepIndex, openIndex } from './segment-index.ts';

export type Saving = { exhausted: boolean; handOn: boolean };

/** Writes a claimed segment. */
export type SegmentWriter = {
  /** Bytes that are in no part yet. */
  readonly pendingBytes: number;
  /** @param cursor  behind what is added; null for what stands before the first row */
  add(encoded: Encoded, cursor: string | null): Promise<void>;
  /**
   * Records what has been added. It answers for the save before this one, which goes on while rows are added:
   * LOST when somebody else has the segment now.
   */
  save(saving: Saving): Promise<'done' | Lost>;
  /** Waits for the last save. */
  settled(): Promise<'done' | Lost>;
  /** The upload as recorded; null when nothing had to be uploaded. */
  upload(): Upload | null;
  /** Of all bytes of the segment, as recorded. */
  crc32(): number;
};

type Options = {
  job: ExportJob;
  /** As claimed. */
  segment: Segment;
  file: FileSpec<unknown>;
  /** True for the first segment of its file. */
  isFirst: boolean;
  /** True when its object is the file: nothing is joined to it or written behind it. */
  isFile: boolean;
};

/** Goes on from where the last checkpoint left the segment. */
export async function openSegmentWriter(options: Options, tools: ExportTools): Promise<SegmentWriter> {
  const { segment, file, isFirst, isFile } = options;
  const output = segmentOutput({
    compression: file.compression,
    sizes: tools.sizes,
    before: segment,
    tail: segment.tail ? await tools.files.read(segment.tail.key) : new Uint8Array(),
    hashed: isFile && segment.cursor === null,
  });
  const index = await openIndex(segment, tools.files);
  const keeper = progressKeeper(options, tools);
  let { cursor, rows, skippedRows } = segment;
  let saved: Promise<'done' | Lost> = Promise.resolve('done');

  return {
    get pendingBytes() {
      return output.pendingBytes;
    },
    async add(encoded, behind) {
      await output.write(encoded.content);
      if (encoded.index) index.add(encoded.index);
      rows += encoded.rows;
      skippedRows += encoded.skippedRows;
      cursor = behind;
    },
    async save(saving) {
      if ((await saved) === 'lost') return 'lost';
      await output.drain(saving.exhausted && isFirst);
      const asPart = isPart(output, saving, tools.sizes.minPartBytes, isFirst);
      const bytes = output.take(!asPart);
      const read = { cursor, rows, skippedRows, ...output.sums(), exhausted: saving.exhausted };
      saved = keeper.keep(
        bytes,
        asPart,
        { ...read, sha256: saving.exhausted ? output.sha256() : null },
        { index: index.pending(), handOn: saving.handOn },
      );
      // Whoever asks next sees the failure.
      saved.catch(() => undefined);
      return 'done';
    },
    settled: () => saved,
    upload: keeper.upload,
    crc32: () => output.sums().crc32,
  };
}

/** Too few bytes for a part wait in a tail, unless they are the last. The file itself has a part even when empty. */
function isPart(output: SegmentOutput, { exhausted }: Saving, minPartBytes: number, first: boolean): boolean {
  if (output.pendingBytes >= minPartBytes) return true;
  return exhausted && (output.pendingBytes > 0 || (first && output.sums().bytes === 0));
}

/** A plan cuts at what the roll-ups know; nothing else can make a segment so large. */
const tooLarge = (parts: readonly UploadPart[]): Problem => {
  const gigabytes = Math.round(parts.reduce((sum, { bytes }) => sum + bytes, 0) / 1e9);
  return new Problem(
    'invalid_request',
    `one piece of the file has more than ${gigabytes} GB: ask for a shorter range, or again in a while`,
  );
};

/** Puts bytes where they belong and records them together with how far the reading is. */
function progressKeeper({ job, segment, file: { name, contentType }, isFile }: Options, tools: ExportTools) {
  const { files, jobs, now, log } = tools;
  let { upload, tail, index } = segment;
  let tails = 0;
  let indexes = 0;

  const addPart = async (bytes: Buffer): Promise<Upload> => {
    const key = upload?.key ?? segmentKey(segment, isFile);
    const uploadId = upload?.uploadId ?? (await files.begin(key, { name, contentType }));
    const parts = upload?.parts ?? [];
    const number = parts.length + 1;
    if (number > MAX_PARTS) throw tooLarge(parts);
    const etag = await files.uploadPart({ key, uploadId }, number, bytes);
    return { key, uploadId, parts: [...parts, { number, etag, bytes: bytes.length }] };
  };
  const putTail = async (bytes: Buffer): Promise<Segment['tail']> => {
    if (bytes.length === 0) return null;
    const key = tailKey(segment, tails++);
    await files.put(key, bytes);
    return { key, bytes: bytes.length };
  };

  return {
    upload: () => upload,
    async keep(
      bytes: Buffer,
      asPart: boolean,
      read: Omit<Progress, 'upload' | 'tail' | 'index'>,
      more: { index: Uint8Array | undefined; handOn: boolean },
    ): Promise<'done' | Lost> {
      const before = [tail, more.index && index];
      if (asPart) upload = await addPart(bytes);
      tail = asPart ? null : await putTail(bytes);
      if (more.index) index = await keepIndex(more.index, indexKey(segment, indexes++), tools);
      const progress = { ...read, upload, tail, index };
      const outcome = await carryOutStep(tools, async () => {
        const [current, stored] = await Promise.all([
          jobs.findJob(job.workspaceId, job.jobId),
          jobs.findSegment(job.jobId, segment.n),
        ]);
        return checkpoint(current!, stored!, segment.fence, { progress, handOn: more.handOn, nowMs: now() });
      });
      const replaced = before.flatMap((stored) => (stored && 'key' in stored ? [stored.key] : []));
      if (outcome === 'done' && replaced.length > 0) {
        await files
          .remove(replaced)
          .catch((error: unknown) => log.warn('leftovers stay', { replaced, error }));
      }
      return outcome;
    },
  };
}
