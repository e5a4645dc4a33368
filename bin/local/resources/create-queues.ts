import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Stack } from '../template/stack.ts';

interface QueueProperties {
  VisibilityTimeout?: number;
  DelaySeconds?: number;
  MessageRetentionPeriod?: number;
  RedrivePolicy?: { deadLetterTargetArn: string; maxReceiveCount: number };
}

/** Makes the queues of a stack, dead-letter queues first; those that are there get the template's attributes. */
export async function createQueues(client: SQSClient, stack: Stack): Promise<void> {
  const queues = stack.resources<QueueProperties>('AWS::SQS::Queue');
  const isSource = ({ properties }: (typeof queues)[number]) => properties.RedrivePolicy !== undefined;
  for (const some of [queues.filter((queue) => !isSource(queue)), queues.filter(isSource)])
    await Promise.all(
      some.map(({ id, properties }) =>
        createQueue(client, String(stack.attribute(id, 'QueueName')), attributesOf(properties)),
      ),
    );
}

async function createQueue(
  client: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<void> {
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  } catch (error) {
    if (!isMissing(error)) throw error;
    await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  }
}

/** The two protocols of SQS name it differently. */
const isMissing = (error: unknown) =>
  error instanceof QueueDoesNotExist || (error as Error).name === 'AWS.SimpleQueueService.NonExistentQueue';

function attributesOf({ RedrivePolicy, ...numbers }: QueueProperties): Record<string, string> {
  const { VisibilityTimeout, DelaySeconds, MessageRetentionPeriod } = numbers;
  const given = Object.entries({ VisibilityTimeout, DelaySeconds, MessageRetentionPeriod });
  return {
    ...Object.fromEntries(
      given.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]),
    ),
    ...(RedrivePolicy && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
  };
}
