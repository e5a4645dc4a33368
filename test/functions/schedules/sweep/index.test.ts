import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { documentClient, dynamodbClient, s3Client } from '#shared/aws.ts';
import { cancelExport } from '#shared/exports/engine/cancel-export.ts';
import { s3FileStore } from '#shared/exports/files/file-store.s3.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { CLEAN_AFTER_MS } from '#shared/exports/jobs/timings.ts';
import { openSqs } from '#test/support/aws-clients.ts';
import { openExports, WORKSPACE } from '#test/support/exports.ts';
import { openBucket, openQueue, openTables } from '#test/support/resources.ts';

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;

async function open() {
  const tables = await openTables();
  const bucket = await openBucket();
  const queueUrl = await openQueue();
  Object.assign(process.env, {
    JOBS_TABLE: tables.jobs,
    FILES_BUCKET: bucket,
    EXPORTS_QUEUE_URL: queueUrl,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const { handler } = (await import('#functions/schedules/sweep/index.ts')) as {
    handler: (event: unknown, context: Context) => Promise<void>;
  };
  const jobs = dynamodbJobStore(documentClient(dynamodbClient()), tables.jobs);
  /** An engine over the same table, some time ago: what it leaves is due by now. */
  const before = (ms: number) => {
    const engine = openExports({}, { nowMs: Date.now() - ms });
    engine.tools.jobs = jobs;
    return engine;
  };
  const rung = async () => {
    const { Messages = [] } = await openSqs().send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body }) => JSON.parse(Body!) as object);
  };
  return { handler, jobs, files: s3FileStore(s3Client(), bucket, console), before, rung };
}

test('rings for a job whose ring was lost, cleans up after one that has ended, and leaves the rest', async () => {
  const { handler, jobs, files, before, rung } = await open();
  const lost = (await before(120_000).accept('link_catalog', { q: 'lost' })).job;
  const fresh = (await before(0).accept('link_catalog', { q: 'fresh' })).job;
  const long = before(CLEAN_AFTER_MS + 60_000);
  const canceled = (await long.accept('link_catalog', { q: 'canceled' })).job;
  await cancelExport(WORKSPACE, canceled.jobId, long.tools);
  const leftover = `temporary/${WORKSPACE}/${canceled.jobId}/tail-0-1-0`;
  const working = `temporary/${WORKSPACE}/${fresh.jobId}/tail-0-1-0`;
  await files.put(leftover, Buffer.from('x'));
  await files.put(working, Buffer.from('x'));

  await handler({}, context);

  expect(await rung()).toEqual([{ workspaceId: WORKSPACE, jobId: lost.jobId, step: 'plan' }]);
  expect((await files.list('')).keys).toEqual([working]);
  expect(await jobs.findJob(WORKSPACE, canceled.jobId)).toMatchObject({ unclean: false, dueAtMs: null });
  expect((await jobs.findJob(WORKSPACE, lost.jobId))!.dueAtMs).toBeGreaterThan(Date.now());
});
