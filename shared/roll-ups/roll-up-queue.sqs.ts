import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { RollUpQueue } from './run-roll-up.ts';

/** SendMessageBatch takes this many. */
const BATCH_MESSAGES = 10;

/** The RollUps queue. */
export const sqsRollUpQueue = (client: SQSClient, queueUrl: string): RollUpQueue => ({
  send: async (messages) => {
    for (let at = 0; at < messages.length; at += BATCH_MESSAGES) {
      const entries = messages.slice(at, at + BATCH_MESSAGES).map((message, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(message),
      }));
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
      );
      if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} messages: ${Failed[0]!.Message}`);
    }
  },
});
