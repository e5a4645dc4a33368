import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sqsClickQueue } from '#shared/clicks/click-queue.sqs.ts';
import { parseClick } from '#shared/clicks/parse-click.ts';
import { aClick } from '#test/support/clicks.ts';
import { openOutageProxy } from '#test/support/outage-proxy.ts';
import { openQueue } from '#test/support/resources.ts';

const client = new SQSClient({ useQueueUrlAsEndpoint: false });
const queueUrl = await openQueue();

afterAll(() => client.destroy());

test('a queue that does not exist takes nothing', async () => {
  await expect(sqsClickQueue(client, `${queueUrl}-other`).send(aClick())).rejects.toThrow();
});

test('a queue that does not answer is left when the signal says so', async () => {
  const proxy = await openOutageProxy(process.env.AWS_ENDPOINT_URL_SQS!);
  proxy.set('hangs');
  const silent = new SQSClient({ endpoint: proxy.url, useQueueUrlAsEndpoint: false });
  const send = sqsClickQueue(silent, queueUrl).send(aClick(), AbortSignal.timeout(50));
  await expect(send).rejects.toThrow();
  silent.destroy();
  await proxy.close();
});

test('a click that was taken is delivered as it was', async () => {
  const click = aClick();
  await sqsClickQueue(client, queueUrl).send(click);
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5 }),
  );
  expect(Messages!.map(({ Body }) => parseClick(Body!))).toEqual([click]);
});
