import { createHash } from 'node:crypto';
import type { FileStore } from '#shared/exports/files/file-store.ts';

/** A file store that takes everything and keeps nothing, so that only the making of files is measured. */
export const discardingFiles: FileStore = {
  begin: async (key) => key,
  uploadPart: async (_, __, bytes) => createHash('md5').update(bytes).digest('hex'),
  copyPart: async () => 'copied',
  complete: async () => 'completed',
  abort: async () => undefined,
  put: async () => undefined,
  read: async () => Buffer.alloc(0),
  size: async () => undefined,
  list: async () => ({ keys: [], uploads: [] }),
  remove: async () => undefined,
  signDownload: async (key) => key,
};
