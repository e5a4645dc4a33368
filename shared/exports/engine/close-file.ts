import { crc32 } from 'node:zlib';
import { byteBuffer } from '../files/byte-buffer.ts';
import { completeUpload } from '../files/complete-upload.ts';
import { EMPTY_CRC32 } from '../files/crc32.ts';
import { closingKey } from '../files/file-keys.ts';
import type { Content, WrittenSegment } from '../files/format.ts';
import { PACKS } from '../files/pack.ts';
import type { ExportJob, Segment, Stored, Upload } from '../jobs/job.ts';
import { placeOf } from '../jobs/layout.ts';
import { LOST, type Lost } from '../jobs/steps/step.ts';
import { CHECKPOINT_MS } from '../jobs/timings.ts';
import type { ExportTools } from './export-tools.ts';
import type { FileSpec } from './kind.ts';
import { readIndex } from './segment-index.ts';

/**
 * Writes what stands behind the last row of a file, as an object of its own that is joined to the segments. A file
 * without segments is nothing but its beginning and its end.
 * @param segments  all of the job's, done
 * @param renew  keeps the lease while a long end is written
 * @returns null when the file ends with its rows
 */
export async function closeFile(
  job: ExportJob,
  { n, spec }: { n: number; spec: FileSpec<unknown> },
  segments: readonly Segment[],
  { tools, renew }: { tools: ExportTools; renew(): Promise<'done' | Lost> },
): Promise<Stored | null | Lost> {
  const { formats, files, sizes, now } = tools;
  const format = formats(spec.format);
  if (format.close === undefined && job.layout[n]! > 0) return null;
  const pack = PACKS[spec.compression];
  const output = objectOf(closingKey(job, n), spec, tools);
  const plain = byteBuffer(sizes.compressBytes);
  const packUp = async (): Promise<void> => {
    await output.write(await pack(plain.bytes()));
    plain.clear();
  };
  let renewedMs = now();
  for await (const content of ending()) {
    plain.write(content);
    if (plain.length >= sizes.compressBytes) await packUp();
    if (now() - renewedMs < CHECKPOINT_MS) continue;
    renewedMs = now();
    if ((await renew()) === LOST) return LOST;
  }
  // Packed, a file of no bytes is more than none.
  const isNothing = job.layout[n] === 0 && output.isEmpty();
  if (plain.length > 0 || isNothing) await packUp();
  return output.complete();

  async function* ending(): AsyncGenerator<Content, void, undefined> {
    if (job.layout[n] === 0) yield format.open(spec.options);
    const written = segments.map((segment) => writtenSegment(job, segment, files));
    if (format.close) yield* format.close(spec.options, written);
  }
}

const writtenSegment = (job: ExportJob, segment: Segment, files: ExportTools['files']): WrittenSegment => ({
  file: placeOf(job, segment.n).file,
  bytes: segment.bytes,
  rows: segment.rows,
  index: () => readIndex(segment.index, files),
});

/** An object that is written part by part, by whoever holds the job: its name is nobody else's. */
function objectOf(key: string, { name, contentType }: FileSpec<unknown>, { files, sizes }: ExportTools) {
  const pending = byteBuffer(0);
  let upload: Upload | undefined;
  let stored: Stored = { key, bytes: 0, crc32: EMPTY_CRC32 };
  const putPart = async (): Promise<void> => {
    const bytes = pending.bytes();
    upload ??= { key, uploadId: await files.begin(key, { name, contentType }), parts: [] };
    const number = upload.parts.length + 1;
    const etag = await files.uploadPart(upload, number, bytes);
    upload = { ...upload, parts: [...upload.parts, { number, etag, bytes: bytes.length }] };
    stored = { key, bytes: stored.bytes + bytes.length, crc32: crc32(bytes, stored.crc32) };
    pending.clear();
  };
  return {
    isEmpty: (): boolean => upload === undefined && pending.length === 0,
    async write(bytes: Uint8Array): Promise<void> {
      pending.write(bytes);
      if (pending.length >= sizes.partBytes) await putPart();
    },
    /** @throws Error when the bytes were mixed up on their way; whoever comes next writes another object */
    async complete(): Promise<Stored> {
      if (pending.length > 0) await putPart();
      if (upload === undefined) return stored;
      const outcome = await completeUpload(files, upload, stored.crc32);
      if (outcome === 'broken') throw new Error(`the end of a file was damaged while it was written: ${key}`);
      return stored;
    },
  };
}
