import { MAX_ITEM_BYTES } from '#shared/dynamodb/item-bytes.ts';
import type {
  ExportJob,
  IdempotencyRow,
  IdRun,
  JobRecord,
  ListRun,
  Segment,
  Slots,
} from '#shared/exports/jobs/job.ts';
import {
  dueShard,
  idempotencySk,
  jobSk,
  keyOf,
  type RowKey,
  SLOTS_SK,
  segmentSk,
  segmentsPk,
  workspacePk,
} from '#shared/exports/jobs/job-rows.ts';
import type { JobStore } from '#shared/exports/jobs/job-store.ts';
import { asStoredToday } from '#shared/exports/jobs/stored-records.ts';
import { utf8Bytes } from '#shared/utf8.ts';

type Row = { key: RowKey; record: JobRecord; token: string };

/**
 * Export jobs in memory. `rows` shows what is stored.
 * @param mostBytes  of a record: as in a table, a larger one is refused for good
 */
export function memoryJobStore(mostBytes = MAX_ITEM_BYTES): JobStore & { rows: Map<string, Row> } {
  const rows = new Map<string, Row>();
  const nameOf = ({ pk, sk }: RowKey) => `${pk}|${sk}`;
  const copy = <R extends JobRecord>(record: R): R => asStoredToday(structuredClone(record));
  const get = <R extends JobRecord>(pk: string, sk: string): R | undefined => {
    const row = rows.get(nameOf({ pk, sk }));
    return row && copy(row.record as R);
  };
  const all = <R extends JobRecord>(pk: string, kind: JobRecord['record']): R[] =>
    [...rows.values()]
      .filter(({ key, record }) => key.pk === pk && record.record === kind)
      .toSorted((a, b) => (a.key.sk < b.key.sk ? -1 : 1))
      .map(({ record }) => copy(record as R));

  return {
    rows,
    findJob: async (workspaceId, jobId) => get<ExportJob>(workspacePk(workspaceId), jobSk(jobId)),
    findSegment: async (jobId, n) => get<Segment>(segmentsPk(jobId), segmentSk(n)),
    findSlots: async (workspaceId) => get<Slots>(workspacePk(workspaceId), SLOTS_SK),
    findIdempotency: async (workspaceId, keyHash) =>
      get<IdempotencyRow>(workspacePk(workspaceId), idempotencySk(keyHash)),
    segments: async (jobId) => all<Segment>(segmentsPk(jobId), 'segment'),
    idRuns: async (jobId) => all<IdRun>(segmentsPk(jobId), 'ids'),
    listRuns: async (jobId) => all<ListRun>(segmentsPk(jobId), 'lists'),
    jobs: async (workspaceId, { before, limit }) => {
      const newestFirst = all<ExportJob>(workspacePk(workspaceId), 'job').toReversed();
      const older = newestFirst.filter(({ jobId }) => before === undefined || jobId < before);
      const jobs = older.slice(0, limit);
      return { jobs, next: older.length > limit ? jobs.at(-1)?.jobId : undefined };
    },
    due: async (shard, nowMs, limit) =>
      [...rows.values()]
        .filter(({ key }) => dueShard(key) === shard)
        .map(({ record }) => record as ExportJob | Segment)
        .filter((record) => 'dueAtMs' in record && record.dueAtMs !== null && record.dueAtMs <= nowMs)
        .toSorted((a, b) => a.dueAtMs! - b.dueAtMs!)
        .slice(0, limit)
        .map(copy),
    write: async (records, token) => {
      const versionOf = (record: JobRecord) => rows.get(nameOf(keyOf(record)))?.record.version ?? 0;
      for (const record of records) {
        // Close enough, and many times faster than the table's own form. What holds lists is cut to its size on purpose.
        const isList = record.record === 'ids' || record.record === 'lists';
        const bytes = isList ? 0 : utf8Bytes(JSON.stringify(record));
        if (bytes > mostBytes) {
          const message = `Item size has exceeded the maximum allowed size: ${record.record} of ${bytes} bytes`;
          throw Object.assign(new Error(message), { name: 'ValidationException' });
        }
      }
      if (records.some((record) => versionOf(record) !== record.version)) return 'changed';
      for (const record of records) {
        const key = keyOf(record);
        const stored = copy({ ...record, version: record.version + 1 });
        rows.set(nameOf(key), { key, record: stored, token });
      }
      return 'written';
    },
    writtenBy: async (record) => rows.get(nameOf(keyOf(record)))?.token,
  };
}
