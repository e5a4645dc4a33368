import type { ExportJob, IdempotencyRow, IdRun, JobRecord, ListRun, Segment, Slots } from './job.ts';

export type JobPage = { jobs: ExportJob[]; next: string | undefined };

/** How many parts the due index has, so that no single partition takes all of it. */
export const DUE_SHARDS = 4;

/** The index of the Jobs table that holds what is due. */
export const DUE_INDEX = 'due';

/**
 * Export jobs and what belongs to them. Reads are strongly consistent, but for `due`.
 * Records are replaced whole and only over the version that was read; steps/ says what may follow what.
 */
export type JobStore = {
  findJob(workspaceId: string, jobId: string): Promise<ExportJob | undefined>;
  findSegment(jobId: string, n: number): Promise<Segment | undefined>;
  findSlots(workspaceId: string): Promise<Slots | undefined>;
  findIdempotency(workspaceId: string, keyHash: string): Promise<IdempotencyRow | undefined>;
  /** All segments of a job in order. */
  segments(jobId: string): Promise<Segment[]>;
  /** The records of a long id list, in order. */
  idRuns(jobId: string): Promise<IdRun[]>;
  /** The records of the other long lists of a spec, in order. */
  listRuns(jobId: string): Promise<ListRun[]>;
  /** Jobs of a workspace, newest first. @param before  only jobs older than this one */
  jobs(workspaceId: string, options: { before?: string | undefined; limit: number }): Promise<JobPage>;
  /** What is due in one shard, longest due first; may lag behind the writes by moments. */
  due(shard: number, nowMs: number, limit: number): Promise<(ExportJob | Segment)[]>;
  /**
   * Writes all of the records or none, each over the version that it carries; stored versions are one higher.
   * `changed`: at least one record is at another version. An exception leaves open whether it happened.
   * @param token  stored with every record, so that the writer recognises its own write
   */
  write(records: readonly JobRecord[], token: string): Promise<'written' | 'changed'>;
  /** The token of the write that a record stands at; undefined when there is no such record. */
  writtenBy(record: JobRecord): Promise<string | undefined>;
};
