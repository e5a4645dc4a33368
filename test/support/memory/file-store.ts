import { createHash } from 'node:crypto';
import { crc32 as crc32Of } from 'node:zlib';
import type { FileStore, UploadRef } from '#shared/exports/files/file-store.ts';

type OpenUpload = { key: string; parts: Map<number, { etag: string; bytes: Buffer }> };
type Options = { minPartBytes?: number; newId?: () => string };

/**
 * Objects in memory with S3's rules: nothing fences a part number, a part is checked by etag when the upload is
 * completed, all parts but the last have a minimum size, the whole has the CRC-32 that is named, and a completed
 * upload is gone.
 */
export function memoryFileStore({
  minPartBytes = 5 * 1024 ** 2,
  newId = counter(),
}: Options = {}): FileStore & {
  objects: Map<string, Buffer>;
  uploads: Map<string, OpenUpload>;
} {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, OpenUpload>();
  const object = (key: string): Buffer => {
    const bytes = objects.get(key);
    if (!bytes) throw new Error(`NoSuchKey: ${key}`);
    return bytes;
  };
  const addPart = ({ uploadId }: UploadRef, number: number, content: Uint8Array): string => {
    const upload = uploads.get(uploadId);
    if (!upload) throw new Error(`NoSuchUpload: ${uploadId}`);
    const bytes = Buffer.from(content);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    upload.parts.set(number, { etag, bytes });
    return etag;
  };

  return {
    objects,
    uploads,
    begin: async (key) => {
      const uploadId = newId();
      uploads.set(uploadId, { key, parts: new Map() });
      return uploadId;
    },
    uploadPart: async (upload, number, bytes) => addPart(upload, number, bytes),
    copyPart: async (upload, number, { key, from, to }) =>
      addPart(upload, number, object(key).subarray(from, to)),
    complete: async ({ key, uploadId }, parts, crc32) => {
      const upload = uploads.get(uploadId);
      if (!upload || parts.length === 0) return 'refused';
      const there = parts.map(({ number }) => upload.parts.get(number));
      const same = there.every((part, at) => part?.etag === parts[at]!.etag);
      const ascending = parts.every((part, at) => at === 0 || parts[at - 1]!.number < part.number);
      const large = there.slice(0, -1).every((part) => part!.bytes.length >= minPartBytes);
      if (!same || !ascending || !large) return 'refused';
      const bytes = Buffer.concat(there.map((part) => part!.bytes));
      if (crc32Of(bytes) !== crc32) return 'refused';
      objects.set(key, bytes);
      uploads.delete(uploadId);
      return 'completed';
    },
    abort: async ({ uploadId }) => {
      uploads.delete(uploadId);
    },
    put: async (key, bytes) => {
      objects.set(key, Buffer.from(bytes));
    },
    read: async (key, range) => Buffer.from(range ? object(key).subarray(range.from, range.to) : object(key)),
    size: async (key) => objects.get(key)?.length,
    list: async (prefix) => ({
      keys: [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted(),
      uploads: [...uploads]
        .filter(([, { key }]) => key.startsWith(prefix))
        .map(([uploadId, { key }]) => ({ key, uploadId })),
    }),
    remove: async (keys) => {
      for (const key of keys) objects.delete(key);
    },
    signDownload: async (key, seconds) => `memory://${key}?for=${seconds}`,
  };
}

function counter(): () => string {
  let n = 0;
  return () => `upload-${++n}`;
}
