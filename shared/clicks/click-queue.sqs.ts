import { createHash } from 'node:crypto';
import { awsJson, type JsonOptions, serviceEndpoint } from '../aws-json.ts';
import type { Click } from './click.ts';

/** Takes clicks for good. */
type ClickQueue = {
  /**
   * Once it has returned, the click will be delivered, at least once.
   * @param signal  gives up; the click may be taken all the same
   */
  send(click: Click, signal?: AbortSignal): Promise<void>;
};

/** Clicks as JSON messages of the Clicks queue. */
export function sqsClickQueue(queueUrl: string, options: JsonOptions): ClickQueue {
  const call = awsJson({ name: 'sqs', target: 'AmazonSQS', endpoint: serviceEndpoint('sqs') }, options);
  return {
    send: async (click, abortSignal) => {
      const body = messageOf(click);
      const input = { QueueUrl: queueUrl, MessageBody: body };
      const { MD5OfMessageBody } = await call<{ MD5OfMessageBody?: string }>('SendMessage', input, {
        abortSignal,
      });
      // What was taken in is what was sent; else the click is to go another way.
      if (MD5OfMessageBody !== md5(body)) throw new Error('the queue took in another message than was sent');
    },
  };
}

/**
 * JSON in ASCII: SQS refuses a message with characters such as U+FFFF for good.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const messageOf = (click: Click): string =>
  JSON.stringify(click).replace(
    /[^\0-~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
