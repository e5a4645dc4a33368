import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { FunctionError } from '#bin/local/lambda/function-error.ts';
import { EventSource } from '#bin/local/triggers/event-source.ts';
import { startFixtureStack } from '../fixtures/start-fixture-stack.ts';

const stack = await startFixtureStack();
const sqs = new SQSClient({ endpoint: stack.endpoints.AWS_ENDPOINT_URL_SQS, useQueueUrlAsEndpoint: false });
afterAll(async () => {
  sqs.destroy();
  await stack.stop();
});

interface Line {
  text: string;
  attempt?: string;
  batch?: number;
  buried?: boolean;
}

/** Sends messages that are written down in a file of this name when they arrive. */
async function send(name: string, messages: { text: string; outcome?: 'fail' | 'exit' }[]): Promise<string> {
  const file = join(stack.dir, `${name}.jsonl`);
  const Entries = messages.map((message, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify({ file, ...message }),
  }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: stack.resources.WaitingQueueUrl, Entries }));
  return file;
}

/** Reads the file until it has what is waited for; the test's own timeout is the limit. */
async function linesOf(file: string, isEnough: (lines: Line[]) => boolean): Promise<Line[]> {
  for (;;) {
    const content = await readFile(file, 'utf8').catch(() => '');
    const lines = content
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
    if (isEnough(lines)) return lines;
    await delay(20);
  }
}

async function messagesLeft(): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: stack.resources.WaitingQueueUrl, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
}

test('messages that failed come again, the others of their batch do not, and what keeps failing is buried', async () => {
  const file = await send('partial', [{ text: 'good' }, { text: 'bad', outcome: 'fail' }, { text: 'fine' }]);
  const lines = await linesOf(file, (all) => all.some(({ buried }) => buried));
  expect(lines.filter(({ text }) => text === 'good')).toHaveLength(1);
  expect(lines.filter(({ text }) => text === 'fine')).toHaveLength(1);
  expect(lines.filter(({ text, attempt }) => text === 'bad' && attempt)).toMatchObject([
    { attempt: '1' },
    { attempt: '2' },
  ]);
  expect(lines.filter(({ buried }) => buried)).toEqual([{ text: 'bad', buried: true }]);
});

test('a crash leaves the whole batch in the queue, until it is buried', async () => {
  const file = await send('crash', [{ text: 'deadly', outcome: 'exit' }]);
  const lines = await linesOf(file, (all) => all.some(({ buried }) => buried));
  expect(lines.filter(({ attempt }) => attempt)).toHaveLength(2);
});

test('a batch is more than one request can receive, and nothing of it is left', async () => {
  const texts = Array.from({ length: 10 }, (_, index) => ({ text: `text ${index}` }));
  const [file] = await Promise.all([send('window', texts), send('window', texts)]);
  const lines = await linesOf(file, (all) => all.length === 20);
  expect(lines.some(({ batch = 0 }) => batch > 10)).toBe(true);
  while ((await messagesLeft()) > 0) await delay(20);
});

test('messages of a function that crashed come again at once, however long their visibility', async () => {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'crashes', Attributes: { VisibilityTimeout: '600' } }),
  );
  const crashes = [
    new FunctionError('Runtime.ExitError', 'signal: SIGKILL'),
    new FunctionError('Sandbox.Timedout', 'Task timed out'),
  ];
  const worked = Promise.withResolvers<object>();
  const source = new EventSource({
    sqs,
    queueUrl: QueueUrl,
    queueArn: 'arn:aws:sqs:us-east-1:000000000000:crashes',
    invoke: async (event) => {
      const crash = crashes.shift();
      if (crash) throw crash;
      worked.resolve(event);
    },
    batchSize: 10,
    windowMs: 0,
    reportsFailures: true,
    concurrency: 1,
  });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }));
  expect(await worked.promise).toMatchObject({
    Records: [{ body: 'again', attributes: { ApproximateReceiveCount: '3' } }],
  });
  await source.stop(0);
});
