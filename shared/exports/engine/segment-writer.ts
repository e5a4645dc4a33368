import { Problem } from '#shared/problem.ts';
import { segmentKey, tailKey } from '../files/file-keys.ts';
import type { FileLabel } from '../files/file-store.ts';
import type { PACKS } from '../files/pack.ts';
import { type SegmentOutput, segmentOutput } from '../files/segment-output.ts';
import type { ExportJob, Segment, Upload, UploadPart } from '../jobs/job.ts';
import { checkpoint, type Progress } from '../jobs/steps/segment.ts';
import type { Lost } from '../jobs/steps/step.ts';
import { MAX_PARTS } from '../jobs/timings.ts';
import { carryOutStep } from './carry-out.ts';
import type { ExportTools } from './export-tools.ts';
import type { Run } from './kind.ts';

export type Saving = { exhausted: boolean; handOn: boolean };

/** Writes a claimed segment. */
export type SegmentWriter = {
  /** Bytes that are in no part yet. */
  readonly pendingBytes: number;
  add(run: Omit<Run, 'cursor'> & { cursor: string | null }): Promise<void>;
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
  label: FileLabel;
  compression: keyof typeof PACKS;
};

/** Goes on from where the last checkpoint left the segment. */
export async function openSegmentWriter(options: Options, tools: ExportTools): Promise<SegmentWriter> {
  const { job, segment, compression } = options;
  const output = segmentOutput({
    compression,
    sizes: tools.sizes,
    before: segment,
    tail: segment.tail ? await tools.files.read(segment.tail.key) : new Uint8Array(),
    hashed: job.segments === 1 && segment.cursor === null,
  });
  const keeper = progressKeeper(options, tools);
  let { cursor, rows, skippedRows } = segment;
  let saved: Promise<'done' | Lost> = Promise.resolve('done');

  return {
    get pendingBytes() {
      return output.pendingBytes;
    },
    async add(run) {
      await output.write(run.text);
      rows += run.rows;
      skippedRows += run.skippedRows;
      cursor = run.cursor;
    },
    async save(saving) {
      if ((await saved) === 'lost') return 'lost';
      await output.drain(saving.exhausted && segment.n === 0);
      const asPart = isPart(output, saving, tools.sizes.minPartBytes, segment.n === 0);
      const bytes = output.take(!asPart);
      const read = { cursor, rows, skippedRows, ...output.sums(), exhausted: saving.exhausted };
      saved = keeper.keep(
        bytes,
        asPart,
        { ...read, sha256: saving.exhausted ? output.sha256() : null },
        saving.handOn,
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
function progressKeeper({ job, segment, label }: Options, tools: ExportTools) {
  const { files, jobs, now, log } = tools;
  let { upload, tail } = segment;
  let tails = 0;

  const addPart = async (bytes: Buffer): Promise<Upload> => {
    const key = upload?.key ?? segmentKey(job, segment);
    const uploadId = upload?.uploadId ?? (await files.begin(key, label));
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
      read: Omit<Progress, 'upload' | 'tail'>,
      handOn: boolean,
    ): Promise<'done' | Lost> {
      const before = tail;
      if (asPart) upload = await addPart(bytes);
      tail = asPart ? null : await putTail(bytes);
      const progress = { ...read, upload, tail };
      const outcome = await carryOutStep(tools, async () => {
        const [current, stored] = await Promise.all([
          jobs.findJob(job.workspaceId, job.jobId),
          jobs.findSegment(job.jobId, segment.n),
        ]);
        return checkpoint(current!, stored!, segment.fence, { progress, handOn, nowMs: now() });
      });
      if (outcome === 'done' && before) {
        await files.remove([before.key]).catch((error: unknown) => log.warn('tail stays', { before, error }));
      }
      return outcome;
    },
  };
}
