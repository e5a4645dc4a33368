import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { s3Client } from '#shared/aws.ts';
import { s3FileStore } from '#shared/exports/files/file-store.s3.ts';
import type { FileStore } from '#shared/exports/files/file-store.ts';
import type { UploadPart } from '#shared/exports/jobs/job.ts';
import { memoryFileStore } from '#test/support/memory/file-store.ts';
import { openBucket } from '#test/support/resources.ts';

const FIVE_MIB = 5 * 1024 ** 2;
const large = Buffer.alloc(FIVE_MIB, 'large part ');
const small = Buffer.from('the end');

const label = { name: 'clicks.csv', contentType: 'text/csv' };

const partOf = (number: number, etag: string, bytes: Uint8Array): UploadPart => ({
  number,
  etag,
  bytes: bytes.length,
});

/** An upload of the given parts, not completed yet. */
async function upload(files: FileStore, key: string, contents: Uint8Array[]) {
  const ref = { key, uploadId: await files.begin(key, label) };
  const parts: UploadPart[] = [];
  for (const [at, bytes] of contents.entries()) {
    parts.push(partOf(at + 1, await files.uploadPart(ref, at + 1, bytes), bytes));
  }
  return { ref, parts, sum: crc32(Buffer.concat(contents)) };
}

/** Whoever warns here has found no fault: the emulator checks whole files. */
const log = {
  warn: (message: string) => {
    throw new Error(message);
  },
};

describe.each([
  ['memory', async (): Promise<FileStore> => memoryFileStore()],
  ['s3', async (): Promise<FileStore> => s3FileStore(s3Client(), await openBucket(), log)],
])('a file store in %s', (_, open) => {
  test('refuses to complete an upload with a part that was overwritten', async () => {
    const files = await open();
    const { ref, parts, sum } = await upload(files, 'exports/a', [large, small]);
    await files.uploadPart(ref, 2, Buffer.from('somebody else'));
    expect(await files.complete(ref, parts, sum)).toBe('refused');
    expect(await files.size('exports/a')).toBeUndefined();
  });

  test('refuses to complete an upload twice, or one that was aborted', async () => {
    const files = await open();
    const { ref, parts, sum } = await upload(files, 'exports/a', [small]);
    await files.complete(ref, parts, sum);
    expect(await files.complete(ref, parts, sum)).toBe('refused');
    const aborted = await upload(files, 'exports/b', [small]);
    await files.abort(aborted.ref);
    await files.abort(aborted.ref);
    expect(await files.complete(aborted.ref, aborted.parts, aborted.sum)).toBe('refused');
  });

  test('refuses parts that are too small, but for the last', async () => {
    const files = await open();
    const { ref, parts, sum } = await upload(files, 'exports/a', [small, small]);
    expect(await files.complete(ref, parts, sum)).toBe('refused');
  });

  test('shows nothing of an upload before it is completed, and then all of it', async () => {
    const files = await open();
    const { ref, parts, sum } = await upload(files, 'exports/a', [large, small]);
    expect(await files.size('exports/a')).toBeUndefined();
    expect(await files.complete(ref, parts, sum)).toBe('completed');
    expect(await files.size('exports/a')).toBe(FIVE_MIB + small.length);
    expect(Buffer.concat([large, small]).equals(await files.read('exports/a'))).toBe(true);
  });

  test('names a part by the MD5 of its bytes, so that the same bytes are the same part', async () => {
    const files = await open();
    const { parts } = await upload(files, 'exports/a', [small]);
    expect(parts[0]!.etag).toBe(`"${createHash('md5').update(small).digest('hex')}"`);
  });

  test('refuses to make an object of other bytes than were summed up, whole parts in the wrong place too', async () => {
    const files = await open();
    const { ref, parts, sum } = await upload(files, 'exports/a', [large, small]);
    expect(await files.complete(ref, parts, (sum ^ 1) >>> 0)).toBe('refused');
    expect(await files.complete(ref, parts.slice(1), sum)).toBe('refused');
    expect(await files.size('exports/a')).toBeUndefined();
    // The upload is still there: it is not the parts that were wrong.
    expect(await files.complete(ref, parts, sum)).toBe('completed');
  });

  test('takes a last part without bytes', async () => {
    const files = await open();
    const { ref, parts, sum } = await upload(files, 'exports/a', [Buffer.alloc(0)]);
    expect(await files.complete(ref, parts, sum)).toBe('completed');
    expect(await files.size('exports/a')).toBe(0);
  });

  test('makes parts of bytes of other objects', async () => {
    const files = await open();
    await files.put('temporary/a', Buffer.concat([small, large]));
    const ref = { key: 'exports/a', uploadId: await files.begin('exports/a', label) };
    const etag = await files.copyPart(ref, 1, { key: 'temporary/a', from: 7, to: 7 + FIVE_MIB });
    const last = await files.uploadPart(ref, 2, small);
    const sum = crc32(Buffer.concat([large, small]));
    await files.complete(ref, [partOf(1, etag, large), partOf(2, last, small)], sum);
    expect(Buffer.concat([large, small]).equals(await files.read('exports/a'))).toBe(true);
  });

  test('reads a range without the byte behind it', async () => {
    const files = await open();
    await files.put('temporary/a', Buffer.from('0123456789'));
    expect(String(await files.read('temporary/a', { from: 2, to: 5 }))).toBe('234');
  });

  test('fails to read what is not there', async () => {
    await expect((await open()).read('exports/a')).rejects.toThrow();
  });

  test('lists objects and unfinished uploads under a prefix, and removes objects', async () => {
    const files = await open();
    await files.put('temporary/w/1/tail', small);
    await files.put('temporary/w/2/tail', small);
    const ref = { key: 'temporary/w/1/part', uploadId: await files.begin('temporary/w/1/part', label) };
    await files.begin('temporary/w/2/part', label);
    expect(await files.list('temporary/w/1/')).toEqual({ keys: ['temporary/w/1/tail'], uploads: [ref] });
    await files.remove(['temporary/w/1/tail', 'temporary/w/1/never-there']);
    await files.abort(ref);
    expect(await files.list('temporary/w/1/')).toEqual({ keys: [], uploads: [] });
  });

  test('removes nothing when nothing is named', async () => {
    await expect((await open()).remove([])).resolves.toBeUndefined();
  });
});

test('a signed link downloads the object as an attachment under its name', async () => {
  const files = s3FileStore(s3Client(), await openBucket(), log);
  const { ref, parts, sum } = await upload(files, 'exports/a', [small]);
  await files.complete(ref, parts, sum);
  const url = await files.signDownload('exports/a', 300);
  expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('300');
  const response = await fetch(url);
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="clicks.csv"');
  expect(response.headers.get('content-type')).toBe('text/csv');
  expect(await response.text()).toBe('the end');
});

test('an endpoint that does not check whole files is told of', async () => {
  const client = s3Client();
  // What an older endpoint does: it makes the object and says nothing of its sum.
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      Object.assign(result.output as object, { ChecksumType: undefined, ChecksumCRC32: undefined });
      return result;
    },
    { step: 'initialize' },
  );
  const warnings: string[] = [];
  const files = s3FileStore(client, await openBucket(), { warn: (message) => warnings.push(message) });
  const { ref, parts, sum } = await upload(files, 'exports/a', [small]);
  expect(await files.complete(ref, parts, sum)).toBe('completed');
  expect(warnings).toEqual(['the file store does not check whole files']);
});

test('an upload that an older version began, without a sum over the whole object, is refused and begun anew', async () => {
  const client = s3Client();
  const Bucket = await openBucket();
  const files = s3FileStore(client, Bucket, log);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'exports/a' }));
  const ref = { key: 'exports/a', uploadId: UploadId! };
  const part = partOf(1, await files.uploadPart(ref, 1, small), small);
  expect(await files.complete(ref, [part], crc32(small))).toBe('refused');
  expect(await files.size('exports/a')).toBeUndefined();
});

test('objects that S3 did not remove are an error, though it answers 200', async () => {
  const client = s3Client();
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const Errors = [{ Code: 'SlowDown', Key: 'exports/b', Message: 'Reduce your request rate.' }];
      if ('Delete' in args.input) Object.assign(result.output as object, { Errors });
      return result;
    },
    { step: 'initialize' },
  );
  const files = s3FileStore(client, await openBucket(), log);
  await expect(files.remove(['exports/a', 'exports/b'])).rejects.toMatchObject({
    name: 'SlowDown',
    message: expect.stringContaining('exports/b'),
  });
});
