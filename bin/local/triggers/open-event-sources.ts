import type { SQSClient } from '@aws-sdk/client-sqs';
import type { LocalFunctions } from '../lambda/local-functions.ts';
import type { Stack } from '../template/stack.ts';
import { EventSource } from './event-source.ts';

interface MappingProperties {
  EventSourceArn: string;
  FunctionName: string;
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
  FunctionResponseTypes?: string[];
  ScalingConfig?: { MaximumConcurrency?: number };
}

const DEFAULT_BATCH_SIZE = 10;

interface Options {
  stack: Stack;
  sqs: SQSClient;
  functions: LocalFunctions;
}

/** Opens every event source mapping of a stack; concurrency is the mapping's, but never more than the function has. */
export function openEventSources({ stack, sqs, functions }: Options): EventSource[] {
  const queues = stack.resources('AWS::SQS::Queue').map(({ id }) => id);
  return stack.resources<MappingProperties>('AWS::Lambda::EventSourceMapping').map(({ id, properties }) => {
    const { EventSourceArn, FunctionName, ScalingConfig, FunctionResponseTypes } = properties;
    const queue = queues.find((one) => stack.attribute(one, 'Arn') === EventSourceArn);
    if (!queue) throw new Error(`${id}: the queue ${EventSourceArn} is not in the template`);
    const target = functions.find(FunctionName);
    return new EventSource({
      sqs,
      queueUrl: String(stack.attribute(queue, 'QueueUrl')),
      queueArn: EventSourceArn,
      invoke: (event) => target.invoke(event),
      batchSize: properties.BatchSize ?? DEFAULT_BATCH_SIZE,
      windowMs: (properties.MaximumBatchingWindowInSeconds ?? 0) * 1000,
      reportsFailures: FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      concurrency: Math.min(ScalingConfig?.MaximumConcurrency ?? target.concurrency, target.concurrency),
    });
  });
}
