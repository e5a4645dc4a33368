import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sqsClickQueue } from '#shared/clicks/click-queue.sqs.ts';
import { parseClick } from '#shared/clicks/parse-click.ts';
import { aClick } from '#test/support/clicks.ts';
import { openOutageProxy } from '#test/support/outage-proxy.ts';
import { openQueue } from '#test/support/resources.ts';

const ENDPOINT = process.env.AWS_ENDPOINT_URL_SQS!;
const client = new SQSClient({ useQueueUrlAsEndpoint: false });
const queueUrl = await openQueue();
const open = (url = queueUrl) => sqsClickQueue(url, { timeoutMs: 5_000, attempts: 2, now: Date.now });

afterEach(() => {
  process.env.AWS_ENDPOINT_URL_SQS = ENDPOINT;
});
afterAll(() => client.destroy());

test('a queue that does not exist takes nothing', async () => {
  await expect(open(`${queueUrl}-other`).send(aClick())).rejects.toMatchObject({
    name: expect.stringMatching(/QueueDoesNotExist|NonExistentQueue/),
  });
});

test('a queue that does not answer is left when the signal says so', async () => {
  const proxy = await openOutageProxy(ENDPOINT);
  proxy.set('hangs');
  process.env.AWS_ENDPOINT_URL_SQS = proxy.url;
  await expect(open().send(aClick(), AbortSignal.timeout(50))).rejects.toThrow();
  await proxy.close();
});

test('a click that was taken is delivered as it was, whatever characters it has', async () => {
  const click = aClick({ tags: ['größe', '🌷', 'not a character: \uffff'] });
  await open().send(click);
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5 }),
  );
  expect(Messages!.map(({ Body }) => parseClick(Body!))).toEqual([click]);
});
