import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { JobQueue } from './job-queue.ts';

/** The Exports queue: one JSON message a ring. */
export const sqsJobQueue = (client: SQSClient, queueUrl: string): JobQueue => ({
  send: async (message) => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
  },
});
