import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { call, type Target, until } from './client.ts';

type Job = {
  id: string;
  status: string;
  row_count: number | null;
  error: { message: string } | null;
  files: { name: string; bytes: number; rows: number; crc32: string }[];
};

export type Downloaded = { path: string; bytes: number; rows: number; seconds: number };

/** Asks for an export, waits until it is ready, downloads its file and checks size and CRC-32 against the job's. */
export async function runExport(target: Target, spec: object, path: string): Promise<Downloaded> {
  const startedAt = performance.now();
  const { job_id: jobId } = await call<{ job_id: string }>(target, 'POST', '/api/exports/jobs', spec);
  const job = await until(
    `export ${jobId}`,
    async () => (await call<{ job: Job }>(target, 'GET', `/api/exports/jobs/${jobId}`)).job,
    ({ status }) => !['queued', 'processing'].includes(status),
    60_000,
  );
  const file = job.files[0];
  if (job.status !== 'ready' || !file)
    throw new Error(`export ${jobId} ended ${job.status}: ${job.error?.message ?? ''}`);
  const got = await download(target, jobId, path);
  if (got.bytes !== file.bytes || got.crc32 !== file.crc32) {
    throw new Error(
      `${path}: ${got.bytes} bytes, crc32 ${got.crc32}; the job says ${file.bytes}, ${file.crc32}`,
    );
  }
  return { path, bytes: got.bytes, rows: file.rows, seconds: (performance.now() - startedAt) / 1000 };
}

async function download(
  target: Target,
  jobId: string,
  path: string,
): Promise<{ bytes: number; crc32: string }> {
  const response = await fetch(new URL(`/api/exports/jobs/${jobId}/download`, target.apiUrl), {
    headers: { authorization: `Bearer ${target.apiKey}` },
  });
  if (!response.ok || !response.body) throw new Error(`download of ${jobId} answered ${response.status}`);
  let bytes = 0;
  let sum = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body as never), count, createWriteStream(path));
  return { bytes, crc32: sum.toString(16).padStart(8, '0') };
}
