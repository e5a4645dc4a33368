import { crc32 } from 'node:zlib';
import { uuidMs } from '#shared/ids.ts';
import type { JobRecord } from './job.ts';
import { DUE_SHARDS } from './job-store.ts';
import { IDEMPOTENCY_MS, JOB_RECORD_MS } from './timings.ts';

/** Segments and temporary files are of no use once the file has expired. */
const SEGMENT_RECORD_MS = 60 * 86_400_000;

export type RowKey = { pk: string; sk: string };

export const workspacePk = (workspaceId: string): string => `workspace#${workspaceId}`;
export const segmentsPk = (jobId: string): string => `segments#${jobId}`;
export const jobSk = (jobId: string): string => `job#${jobId}`;
export const SLOTS_SK = 'slots';
export const idempotencySk = (keyHash: string): string => `idempotency#${keyHash}`;
/** Numbers sort as text. */
export const segmentSk = (n: number): string => String(n).padStart(6, '0');
export const listRunSk = (n: number): string => `lists#${String(n).padStart(3, '0')}`;
export const idRunSk = (n: number): string => `ids#${String(n).padStart(3, '0')}`;

/** Where a record stands in the Jobs table. */
export function keyOf(record: JobRecord): RowKey {
  switch (record.record) {
    case 'job':
      return { pk: workspacePk(record.workspaceId), sk: jobSk(record.jobId) };
    case 'segment':
      return { pk: segmentsPk(record.jobId), sk: segmentSk(record.n) };
    case 'slots':
      return { pk: workspacePk(record.workspaceId), sk: SLOTS_SK };
    case 'idempotency':
      return { pk: workspacePk(record.workspaceId), sk: idempotencySk(record.keyHash) };
    case 'ids':
      return { pk: segmentsPk(record.jobId), sk: idRunSk(record.n) };
    case 'lists':
      return { pk: segmentsPk(record.jobId), sk: listRunSk(record.n) };
  }
}

/** The shard of the due index that a record stands in. */
export const dueShard = ({ pk, sk }: RowKey): number => crc32(pk + sk) % DUE_SHARDS;

/** When DynamoDB may delete a record, in seconds since the epoch; undefined for never. */
export function ttlSeconds(record: JobRecord): number | undefined {
  switch (record.record) {
    case 'job':
      return seconds(record.createdAtMs + JOB_RECORD_MS);
    case 'ids':
    case 'lists':
      return seconds(uuidMs(record.jobId) + JOB_RECORD_MS);
    case 'segment':
      return seconds(uuidMs(record.jobId) + SEGMENT_RECORD_MS);
    case 'idempotency':
      return seconds(record.createdAtMs + IDEMPOTENCY_MS);
    case 'slots':
      return undefined;
  }
}

const seconds = (ms: number): number => Math.ceil(ms / 1000);
