import type { Upload } from '../jobs/job.ts';
import type { FileStore } from './file-store.ts';

/**
 * Completes an upload with the recorded parts, whose bytes must have this CRC-32. An unclear answer is settled by
 * reading the object's metadata: its key belongs to this upload alone, so an object of the right size is this one.
 * @returns `broken`: a recorded part was overwritten, the bytes are not those that were summed up, or the upload is
 *   gone, and there is no object
 */
export async function completeUpload(
  files: FileStore,
  upload: Upload,
  crc32: number,
): Promise<'completed' | 'broken'> {
  const attempt = await files.complete(upload, upload.parts, crc32).then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ error }),
  );
  if ('outcome' in attempt && attempt.outcome === 'completed') return 'completed';
  const bytes = upload.parts.reduce((sum, part) => sum + part.bytes, 0);
  if ((await files.size(upload.key)) === bytes) return 'completed';
  if ('error' in attempt) throw attempt.error;
  return 'broken';
}
