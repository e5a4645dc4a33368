import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ClickQueue } from './click-queue.ts';

/**
 * Clicks as JSON messages of the Clicks queue.
 * @param timeoutMs  a send that takes longer is given up; it may still take effect, so the message may come twice
 */
export const sqsClickQueue = (client: SQSClient, queueUrl: string, timeoutMs: number): ClickQueue => ({
  send: async (click) => {
    const message = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(click) });
    await client.send(message, { abortSignal: AbortSignal.timeout(timeoutMs) });
  },
});
