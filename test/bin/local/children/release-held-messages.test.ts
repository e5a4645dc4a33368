import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Emulators, startEmulators } from '#bin/local/emulators.ts';

const dir = mkdtempSync(join(tmpdir(), 'slugline-held-'));
const running: Emulators[] = [];
const clients: SQSClient[] = [];

afterAll(async () => {
  for (const client of clients) client.destroy();
  for (const emulators of running) await emulators.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function open(): Promise<{ sqs: SQSClient; kill(): void }> {
  const elsewhere = { AWS_ENDPOINT_URL_DYNAMODB: process.env.AWS_ENDPOINT_URL_DYNAMODB! };
  const emulators = await startEmulators({ dir, elsewhere });
  running.push(emulators);
  const sqs = new SQSClient({
    endpoint: emulators.endpoints.AWS_ENDPOINT_URL_SQS,
    useQueueUrlAsEndpoint: false,
  });
  clients.push(sqs);
  return { sqs, kill: () => process.kill(emulators.pids[0]!, 'SIGKILL') };
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  return (await sqs.send(command)).Messages ?? [];
}

test('a message that was being worked on when everything was killed is there again at the next start', async () => {
  const first = await open();
  const Attributes = { VisibilityTimeout: '600' };
  const { QueueUrl } = await first.sqs.send(new CreateQueueCommand({ QueueName: 'held', Attributes }));
  await first.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a click' }));
  expect(await receive(first.sqs, QueueUrl!)).toMatchObject([{ Body: 'a click' }]);
  expect(await receive(first.sqs, QueueUrl!)).toEqual([]);
  first.kill();

  const second = await open();
  expect(await receive(second.sqs, QueueUrl!)).toMatchObject([
    { Body: 'a click', Attributes: { ApproximateReceiveCount: '2' } },
  ]);
});
