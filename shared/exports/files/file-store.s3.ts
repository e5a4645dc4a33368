import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  type _Error as S3Error,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { ByteRange, FileStore, UploadRef } from './file-store.ts';

/** The answers of CompleteMultipartUpload after which this upload can never be completed with these parts. */
const REFUSALS = new Set(['InvalidPart', 'InvalidPartOrder', 'NoSuchUpload', 'EntityTooSmall', 'BadDigest']);

/** How many keys one DeleteObjects takes. */
const DELETE_LIMIT = 1000;

type Log = { warn(message: string, details: object): void };

/**
 * Objects of exports in an S3 bucket. S3 sums up each whole object and refuses one whose CRC-32 is not the given one.
 * @param log  told of an endpoint that does not
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function s3FileStore(client: S3Client, bucket: string, log: Log): FileStore {
  const at = ({ key, uploadId }: UploadRef) => ({ Bucket: bucket, Key: key, UploadId: uploadId });
  return {
    async begin(key, { name, contentType }) {
      const command = new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        ContentType: contentType,
        ContentDisposition: `attachment; filename="${name}"`,
        ...WHOLE,
      });
      return (await client.send(command)).UploadId!;
    },
    async uploadPart(upload, number, bytes) {
      const command = new UploadPartCommand({
        ...at(upload),
        PartNumber: number,
        Body: bytes,
        ChecksumAlgorithm: 'CRC32',
      });
      return (await client.send(command)).ETag!;
    },
    async copyPart(upload, number, source) {
      const command = new UploadPartCopyCommand({
        ...at(upload),
        PartNumber: number,
        CopySource: `${bucket}/${source.key}`,
        CopySourceRange: rangeHeader(source),
      });
      return (await client.send(command)).CopyPartResult!.ETag!;
    },
    async complete(upload, parts, crc32) {
      const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
      try {
        const { ChecksumType, ChecksumCRC32 } = await client.send(
          new CompleteMultipartUploadCommand({
            ...at(upload),
            MultipartUpload: { Parts },
            ChecksumType: WHOLE.ChecksumType,
            ChecksumCRC32: crc32Base64(crc32),
          }),
        );
        if (ChecksumType !== WHOLE.ChecksumType || ChecksumCRC32 !== crc32Base64(crc32)) {
          log.warn('the file store does not check whole files', {
            key: upload.key,
            ChecksumType,
            ChecksumCRC32,
          });
        }
        return 'completed';
      } catch (error) {
        if (REFUSALS.has((error as Error).name)) return 'refused';
        throw error;
      }
    },
    async abort(upload) {
      await absentIsFine(client.send(new AbortMultipartUploadCommand(at(upload))), undefined);
    },
    async put(key, bytes) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
    },
    async read(key, range) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(range ? { Range: rangeHeader(range) } : {}),
      });
      const { Body } = await client.send(command);
      return Buffer.from(await Body!.transformToByteArray());
    },
    async size(key) {
      const head = client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return (await absentIsFine(head, undefined))?.ContentLength;
    },
    list: async (prefix) => ({
      keys: await keysUnder(client, bucket, prefix),
      uploads: await uploadsUnder(client, bucket, prefix),
    }),
    async remove(keys) {
      for (let from = 0; from < keys.length; from += DELETE_LIMIT) {
        const Objects = keys.slice(from, from + DELETE_LIMIT).map((Key) => ({ Key }));
        const { Errors: [first, ...others] = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        // The answer is 200 all the same.
        if (first) throw notRemoved(first, others.length);
      }
    },
    signDownload: (key, seconds) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: seconds }),
  };
}

/** An error of the kind that S3 had with the first object, so that what passes by itself is known to. */
const notRemoved = ({ Code = 'UnknownError', Key, Message }: S3Error, others: number): Error =>
  Object.assign(new Error(`${Key} and ${others} others were not removed: ${Message}`), { name: Code });

/** One sum over the object, not one over the sums of its parts: it is known before and can be compared. */
const WHOLE = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;

/** As S3 writes it: big-endian, base64. */
const crc32Base64 = (crc32: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32);
  return bytes.toString('base64');
};

const rangeHeader = ({ from, to }: ByteRange): string => `bytes=${from}-${to - 1}`;

async function absentIsFine<T, U>(sent: Promise<T>, absent: U): Promise<T | U> {
  try {
    return await sent;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    // HeadObject has no body, so its 404 has no code of its own.
    if (name === 'NotFound' || name === 'NoSuchUpload' || $metadata?.httpStatusCode === 404) return absent;
    throw error;
  }
}

async function keysUnder(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
    const page = await client.send(command);
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
}

async function uploadsUnder(client: S3Client, bucket: string, prefix: string): Promise<UploadRef[]> {
  const uploads: UploadRef[] = [];
  let markers = {};
  for (;;) {
    const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...markers });
    const page = await client.send(command);
    uploads.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => ({ key: Key!, uploadId: UploadId! })));
    if (!page.IsTruncated) return uploads;
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
