import type { UploadPart } from '../jobs/job.ts';

/** Bytes of an object, from the first to behind the last. */
export type ByteRange = { from: number; to: number };

/**
 * Objects of exports. A multipart upload becomes an object when it is completed, and then at once and whole.
 * Any exception leaves open whether the call took effect.
 */
export type FileStore = {
  /** Begins an upload whose object downloads as an attachment under `file.name`. @returns the upload id */
  begin(key: string, file: FileLabel): Promise<string>;
  /** Part numbers count from 1; one that is used again replaces the first. @returns the part's etag */
  uploadPart(upload: UploadRef, number: number, bytes: Uint8Array): Promise<string>;
  /** A part made of bytes of another object. @returns the part's etag */
  copyPart(upload: UploadRef, number: number, source: { key: string } & ByteRange): Promise<string>;
  /**
   * Makes the object of its parts.
   * @param crc32  of all its bytes: the store itself refuses to make another object
   * @returns `refused`: a part is not there with this etag, the bytes have another sum, or there is no such upload
   *   (any more)
   */
  complete(upload: UploadRef, parts: readonly UploadPart[], crc32: number): Promise<'completed' | 'refused'>;
  abort(upload: UploadRef): Promise<void>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  read(key: string, range?: ByteRange): Promise<Buffer>;
  /** Size of an object in bytes; undefined when there is none. */
  size(key: string): Promise<number | undefined>;
  /** Objects and unfinished uploads whose key begins with `prefix`. */
  list(prefix: string): Promise<{ keys: string[]; uploads: UploadRef[] }>;
  remove(keys: readonly string[]): Promise<void>;
  /** A link that downloads the object until the seconds have passed. */
  signDownload(key: string, seconds: number): Promise<string>;
};

/** `name` holds `[A-Za-z0-9._-]` alone: it stands in a header. */
export type FileLabel = { name: string; contentType: string };

export type UploadRef = { key: string; uploadId: string };
