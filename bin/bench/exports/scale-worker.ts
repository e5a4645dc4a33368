/**
 * A worker among others at one job: takes whatever segment is free until none is left.
 * Arguments: rows, table, job id, segments. It reports `ready`, waits to be told to go, and reports `done`.
 */
import { once } from 'node:events';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import { runStep } from '#shared/exports/engine/run-step.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { discardingFiles } from './discarding-files.ts';
import { SAMPLE_WORKSPACE } from './sample-clicks.ts';
import { sampleTools } from './sample-job.ts';

const [rows, table, jobId, segments] = process.argv.slice(2) as [string, string, string, string];
const jobs = dynamodbJobStore(documentClient(dynamodbClient()), table);
const tools = sampleTools(Number(rows), { jobs, files: discardingFiles });
process.send!('ready');
await once(process, 'message');
for (let segment = 0; segment < Number(segments); segment += 1) {
  const message = { workspaceId: SAMPLE_WORKSPACE, jobId, step: 'segment', segment } as const;
  await runStep(message, tools, Date.now() + 100_000);
}
process.send!('done');
process.disconnect();
