/** A worker that makes one export and tells the most memory that it took, in bytes. Arguments: rows, days, table, bucket. */
import { documentClient, dynamodbClient, s3Client } from '#shared/aws.ts';
import { workMessage } from '#shared/exports/engine/work-message.ts';
import { s3FileStore } from '#shared/exports/files/file-store.s3.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { SIZES } from '#shared/exports/jobs/timings.ts';
import { SAMPLE_WORKSPACE } from './sample-clicks.ts';
import { acceptSample, sampleTools } from './sample-job.ts';

const [rows, days, table, bucket] = process.argv.slice(2) as [string, string, string, string];
const tools = sampleTools(Number(rows), {
  jobs: dynamodbJobStore(documentClient(dynamodbClient()), table),
  files: s3FileStore(s3Client(), bucket, console),
  days: Number(days),
  // One segment, however many rows.
  sizes: { ...SIZES, segmentRows: Number.POSITIVE_INFINITY, segmentBytes: Number.POSITIVE_INFINITY },
});
const { jobId } = await acceptSample(tools, Number(days));
for (let message = tools.messages.shift(); message; message = tools.messages.shift()) {
  await workMessage(message, tools, Date.now() + 120_000);
}
const ended = await tools.jobs.findJob(SAMPLE_WORKSPACE, jobId);
if (ended?.rows !== Number(rows)) throw new Error(`${ended?.rows} rows instead of ${rows}`);
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ bytes: maxRSS * 1024, fileBytes: ended.files[0]!.bytes }));
