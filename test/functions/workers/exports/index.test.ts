import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { openSqs } from '#test/support/aws-clients.ts';
import { openExportApi } from '#test/support/export-api.ts';

const { ownWorkspace, work, workOff } = await openExportApi();
const sqs = openSqs();

describe('the worker', () => {
  test('keeps a message that it cannot read', async () => {
    expect(await work('m', '{"step":"plan"}')).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  });

  test('drops a second delivery of a finished job', async () => {
    const mine = await ownWorkspace();
    const { json } = await mine.begin({ type: 'link_catalog' });
    await workOff();
    const ready = await mine.call('GET', `/api/exports/jobs/${json.job_id}`);
    const MessageBody = JSON.stringify({ workspaceId: mine.workspaceId, jobId: json.job_id, step: 'plan' });
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.EXPORTS_QUEUE_URL!, MessageBody }));
    await workOff();
    expect((await mine.call('GET', `/api/exports/jobs/${json.job_id}`)).json).toEqual(ready.json);
  });
});
