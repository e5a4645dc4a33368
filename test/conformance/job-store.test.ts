import { describe, expect, test } from '@jest/globals';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import type { ExportJob, IdRun, JobRecord, ListRun, Segment } from '#shared/exports/jobs/job.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { DUE_SHARDS, type JobStore } from '#shared/exports/jobs/job-store.ts';
import { noSlots } from '#shared/exports/jobs/steps/admission.ts';
import { newSegment } from '#shared/exports/jobs/steps/plan.ts';
import { newUuid } from '#shared/ids.ts';
import { openExports, WORKSPACE } from '#test/support/exports.ts';
import { memoryJobStore } from '#test/support/memory/job-store.ts';
import { openTables } from '#test/support/resources.ts';

const OTHER = '22222222-2222-4222-8222-222222222222';

/** A job as the accept transaction writes it. */
async function aJob(members: Partial<ExportJob> = {}): Promise<ExportJob> {
  const { accept } = openExports();
  const { job } = await accept('analytics', { date_from: '2026-04-01', date_to: '2026-04-10', tags: ['a'] });
  return { ...job, jobId: newUuid(), version: 0, ...members };
}

const aSegment = (job: ExportJob, n: number, members: Partial<Segment> = {}): Segment => ({
  ...(newSegment(job, 1, n, { fromMs: 1, toMs: 2 }) as Segment),
  ...members,
});

const allDue = async (jobs: JobStore, nowMs: number) =>
  (await Promise.all(Array.from({ length: DUE_SHARDS }, (_, shard) => jobs.due(shard, nowMs, 10)))).flat();

describe.each([
  ['memory', async (): Promise<JobStore> => memoryJobStore()],
  [
    'DynamoDB',
    async (): Promise<JobStore> =>
      dynamodbJobStore(documentClient(dynamodbClient()), (await openTables()).jobs),
  ],
])('a job store in %s', (_, open) => {
  test('finds nothing that was never written', async () => {
    const jobs = await open();
    expect(await jobs.findJob(WORKSPACE, newUuid())).toBeUndefined();
    expect(await jobs.findSegment(newUuid(), 0)).toBeUndefined();
    expect(await jobs.findSlots(WORKSPACE)).toBeUndefined();
    expect(await jobs.findIdempotency(WORKSPACE, 'hash')).toBeUndefined();
    expect(await jobs.writtenBy(await aJob())).toBeUndefined();
  });

  test('does not find a job under another workspace', async () => {
    const jobs = await open();
    const job = await aJob();
    await jobs.write([job], newUuid());
    expect(await jobs.findJob(OTHER, job.jobId)).toBeUndefined();
    expect((await jobs.jobs(OTHER, { limit: 10 })).jobs).toEqual([]);
  });

  test('gives records of older versions back as they are written today', async () => {
    const jobs = await open();
    const upload = { key: 'k', uploadId: 'u', parts: [] };
    const { listRuns: _listRuns, warnings: _warnings, choosing: _choosing, ...rest } = await aJob();
    const { layout: _layout, ...older } = { ...rest, segments: 3, assembly: upload };
    const [segment, { index: _index, ...olderSegment }] = [
      aSegment(await aJob(), 0),
      aSegment(await aJob(), 1),
    ];
    const records = [{ ...older, frozenLinks: { key: 'links', count: 700 } }, segment, olderSegment];
    await jobs.write(records as unknown as JobRecord[], newUuid());
    expect(await jobs.findJob(WORKSPACE, older.jobId)).toEqual({
      ...older,
      version: 1,
      listRuns: 0,
      warnings: [],
      choosing: null,
      layout: [3],
      frozenLinks: { pieces: [{ key: 'links', count: 700 }] },
      assembly: { made: [], closing: null, upload },
    });
    expect(await jobs.findSegment(olderSegment.jobId, 1)).toEqual({
      ...olderSegment,
      version: 1,
      index: null,
    });
    const [listed] = (await jobs.jobs(WORKSPACE, { limit: 10 })).jobs;
    expect(listed).toEqual(await jobs.findJob(WORKSPACE, older.jobId));
  });

  test('gives a record back as it was written, one version higher', async () => {
    const jobs = await open();
    const job = await aJob({ frozenLinks: { inline: new Uint8Array([1, 2, 3]) }, assembly: null });
    expect(await jobs.write([job], newUuid())).toBe('written');
    expect(await jobs.findJob(WORKSPACE, job.jobId)).toEqual({ ...job, version: 1 });
  });

  test('writes nothing over another version than the one that was read', async () => {
    const jobs = await open();
    const job = await aJob();
    await jobs.write([job], newUuid());
    expect(await jobs.write([job], newUuid())).toBe('changed');
    expect(await jobs.write([{ ...job, version: 2, rows: 5 }], newUuid())).toBe('changed');
    expect(await jobs.findJob(WORKSPACE, job.jobId)).toEqual({ ...job, version: 1 });
  });

  test('writes all records or none', async () => {
    const jobs = await open();
    const job = await aJob();
    const slots = noSlots(WORKSPACE);
    await jobs.write([slots], newUuid());
    expect(await jobs.write([job, slots], newUuid())).toBe('changed');
    expect(await jobs.findJob(WORKSPACE, job.jobId)).toBeUndefined();
    expect(await jobs.write([job, { ...slots, version: 1 }], newUuid())).toBe('written');
  });

  test('of many writes at once over one version lets one win', async () => {
    const jobs = await open();
    const slots = noSlots(WORKSPACE);
    const writes = Array.from({ length: 10 }, async () => jobs.write([await aJob(), slots], newUuid()));
    const outcomes = await Promise.all(writes);
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect((await jobs.jobs(WORKSPACE, { limit: 20 })).jobs).toHaveLength(1);
  });

  test('tells whose write a record stands at', async () => {
    const jobs = await open();
    const job = await aJob();
    await jobs.write([job, noSlots(WORKSPACE)], 'b2ad4bd4-5a0f-4a48-9a3f-6b2a3a9d5e01');
    expect(await jobs.writtenBy(job)).toBe('b2ad4bd4-5a0f-4a48-9a3f-6b2a3a9d5e01');
  });

  test('lists jobs newest first, page by page', async () => {
    const jobs = await open();
    const ids = Array.from({ length: 5 }, (_, n) => `0196${n}000-0000-7000-8000-000000000000`);
    for (const jobId of ids) await jobs.write([await aJob({ jobId })], newUuid());
    const first = await jobs.jobs(WORKSPACE, { limit: 3 });
    expect(first.jobs.map(({ jobId }) => jobId)).toEqual([ids[4], ids[3], ids[2]]);
    const second = await jobs.jobs(WORKSPACE, { limit: 3, before: first.next });
    expect(second.jobs.map(({ jobId }) => jobId)).toEqual([ids[1], ids[0]]);
    expect(second.next).toBeUndefined();
  });

  test('keeps segments, id runs and list runs of a job apart, each in order', async () => {
    const jobs = await open();
    const job = await aJob();
    const run = (n: number): IdRun => ({
      record: 'ids',
      version: 0,
      jobId: job.jobId,
      n,
      ids: new Uint8Array([n]),
    });
    await jobs.write(
      [10, 2, 0].map((n) => aSegment(job, n)),
      newUuid(),
    );
    await jobs.write([run(1), run(0)], newUuid());
    const list = (n: number): ListRun => ({
      record: 'lists',
      version: 0,
      jobId: job.jobId,
      n,
      json: new Uint8Array([n, 255]),
    });
    await jobs.write([list(1), list(0)], newUuid());
    expect((await jobs.segments(job.jobId)).map(({ n }) => n)).toEqual([0, 2, 10]);
    expect((await jobs.idRuns(job.jobId)).map(({ n }) => n)).toEqual([0, 1]);
    const lists = await jobs.listRuns(job.jobId);
    expect(lists.map(({ json }) => [...json])).toEqual([
      [0, 255],
      [1, 255],
    ]);
    expect(await jobs.findSegment(job.jobId, 10)).toMatchObject({ n: 10, version: 1 });
  });

  test('shows what is due, longest due first, and nothing that is not', async () => {
    const jobs = await open();
    const job = await aJob({ dueAtMs: 2_000 });
    const segments = [aSegment(job, 0, { dueAtMs: 1_000 }), aSegment(job, 1, { dueAtMs: null })];
    await jobs.write([job, ...segments, aSegment(job, 2, { dueAtMs: 9_000 })], newUuid());
    const due = await allDue(jobs, 5_000);
    expect(due.map((record) => record.dueAtMs).toSorted()).toEqual([1_000, 2_000]);
    await jobs.write([{ ...segments[0]!, version: 1, dueAtMs: null }], newUuid());
    expect(await allDue(jobs, 5_000)).toHaveLength(1);
  });
});
