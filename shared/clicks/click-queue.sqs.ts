import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ClickQueue } from './click-queue.ts';

/** Clicks as JSON messages of the Clicks queue. */
export const sqsClickQueue = (client: SQSClient, queueUrl: string): ClickQueue => ({
  send: async (click, signal) => {
    const message = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(click) });
    await client.send(message, signal === undefined ? {} : { abortSignal: signal });
  },
});
