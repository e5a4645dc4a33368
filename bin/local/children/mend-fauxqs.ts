import { AsyncLocalStorage } from 'node:async_hooks';
import { type IncomingMessage, Server } from 'node:http';
import { crc32 } from 'node:zlib';

/** The parts of fauxqs 2.4.1 that are mended here; it exports only its server, so they are reached by path. */
interface Statement {
  run(...values: unknown[]): void;
}

interface Persistence {
  db: { exec(sql: string): void; prepare(sql: string): Statement };
  updateMessageReady(messageId: string): void;
}

interface Queue {
  persistence?: Persistence;
  dequeue(...options: unknown[]): unknown;
}

interface Part {
  body: Uint8Array;
}

interface Upload {
  parts: Map<number, Part>;
  checksumAlgorithm?: string | undefined;
}

interface ObjectStore {
  multipartUploads: Map<string, Upload>;
  createMultipartUpload(...options: unknown[]): string;
  completeMultipartUpload(uploadId: string, parts: { partNumber: number }[]): object;
}

type S3ErrorClass = new (code: string, message: string, statusCode: number) => Error;

interface Prototype<T> {
  prototype: T;
}

const load = <T>(path: string) => import(new URL(path, import.meta.resolve('fauxqs')).href) as Promise<T>;
const { PersistenceManager } = await load<{ PersistenceManager: Prototype<Persistence> }>('./persistence.js');
const { S3Store } = await load<{ S3Store: Prototype<ObjectStore> }>('./s3/s3Store.js');
const { S3Error } = await load<{ S3Error: S3ErrorClass }>('./common/errors.js');
const { SqsQueue } = await load<{ SqsQueue: Prototype<Queue> }>('./sqs/sqsStore.js');

/** With data on disk, changing a message's visibility to 0 breaks a NOT NULL constraint and answers 500. */
export function mendVisibility(): void {
  PersistenceManager.prototype.updateMessageReady = function (messageId) {
    const sql =
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?';
    this.db.prepare(sql).run(messageId);
  };
}

/** A move to the dead-letter queue deletes and inserts; a kill between the two would lose the message. */
export function mendRedrive(): void {
  const { dequeue } = SqsQueue.prototype;
  SqsQueue.prototype.dequeue = function (...options) {
    this.persistence?.db.exec('BEGIN');
    try {
      return dequeue.apply(this, options);
    } finally {
      this.persistence?.db.exec('COMMIT');
    }
  };
}

/** The request that is being answered: fauxqs hands the headers of some of them to nobody. */
const requests = new AsyncLocalStorage<IncomingMessage>();
const requestHeaders = () => requests.getStore()?.headers ?? {};

/** What an upload is begun for when one sum over the whole object is to be checked. */
const WHOLE = 'FULL_OBJECT CRC32';

/**
 * An upload whose sum over the whole object is named when it is completed must have that sum, and must have been begun
 * for it, as with S3.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html (x-amz-checksum-type)
 */
export function checkWholeObjects(): void {
  const { emit } = Server.prototype;
  Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]) {
    const go = () => Reflect.apply(emit, this, [event, ...args]) as boolean;
    return event === 'request' ? requests.run(args[0] as IncomingMessage, go) : go();
  } as typeof emit;

  // Uploads that were begun before a restart are not in it, and are given the benefit of the doubt.
  const begunFor = new Map<string, string>();
  const { createMultipartUpload } = S3Store.prototype;
  S3Store.prototype.createMultipartUpload = function (...options) {
    const { 'x-amz-checksum-type': type, 'x-amz-checksum-algorithm': algorithm } = requestHeaders();
    const uploadId = createMultipartUpload.apply(this, options);
    begunFor.set(uploadId, `${type} ${algorithm}`);
    return uploadId;
  };

  const { completeMultipartUpload } = S3Store.prototype;
  S3Store.prototype.completeMultipartUpload = function (uploadId, parts) {
    const { 'x-amz-checksum-type': type, 'x-amz-checksum-crc32': named } = requestHeaders();
    const upload = this.multipartUploads.get(uploadId);
    if (type !== 'FULL_OBJECT' || named === undefined || !upload) {
      return completeMultipartUpload.call(this, uploadId, parts);
    }
    if ((begunFor.get(uploadId) ?? WHOLE) !== WHOLE) {
      const got = `The upload was begun for another checksum: ${begunFor.get(uploadId)}, not ${WHOLE}.`;
      throw new S3Error('BadDigest', got, 400);
    }
    const there = parts.map(({ partNumber }) => upload.parts.get(partNumber)).filter((part) => !!part);
    const checksumValue = base64(there.reduce((sum, { body }) => crc32(body, sum), 0));
    // Parts that are missing have an error of their own.
    if (there.length === parts.length && checksumValue !== named) {
      const got = `The CRC32 you specified did not match the calculated checksum: ${named}, ${checksumValue}.`;
      throw new S3Error('BadDigest', got, 400);
    }
    // Else fauxqs would give the object a sum over the sums of its parts.
    upload.checksumAlgorithm = undefined;
    const made = completeMultipartUpload.call(this, uploadId, parts);
    begunFor.delete(uploadId);
    return Object.assign(made, { checksumAlgorithm: 'CRC32', checksumValue, checksumType: type });
  };
}

function base64(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}
