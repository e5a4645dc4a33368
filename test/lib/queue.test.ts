import { type FunctionName, functionNamed, type Resource, resourcesOf, synthesize } from './synthesized.ts';

const { service } = synthesize();
const queues = Object.fromEntries(
  resourcesOf(service, 'AWS::SQS::Queue').map(([id, queue]) => [id.slice(0, -8), { id, ...queue }]),
);
const mappings = resourcesOf(service, 'AWS::Lambda::EventSourceMapping').map(
  ([, mapping]) => mapping.Properties,
);

const mappingOf = (queueId: string): Resource['Properties'] =>
  mappings.find(({ EventSourceArn }) => EventSourceArn['Fn::GetAtt'][0] === queueId)!;

const WORKERS: [queue: string, reader: FunctionName, maxReceives: number, delivery: object][] = [
  [
    'ClicksQueue',
    'clicks',
    10,
    { BatchSize: 100, MaximumBatchingWindowInSeconds: 1, ScalingConfig: { MaximumConcurrency: 20 } },
  ],
  ['ExportsQueue', 'exports', 5, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 20 } }],
  ['RollUpsQueue', 'roll-ups', 3, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 5 } }],
];

test('there is a queue for each worker, and one for the dead letters of each', () => {
  expect(Object.keys(queues).toSorted()).toEqual(
    WORKERS.flatMap(([queue]) => [`${queue}Waiting`, `${queue}DeadLetters`]).toSorted(),
  );
  expect(mappings).toHaveLength(6);
});

describe.each(WORKERS)('%s', (name, reader, maxReceives, delivery) => {
  const waiting = queues[`${name}Waiting`]!;
  const deadLetters = queues[`${name}DeadLetters`]!;
  const timeoutOf = (lambda: FunctionName): number => functionNamed(service, lambda)[1].Properties.Timeout;

  test('moves what failed too often to its dead letters', () => {
    expect(waiting.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters.id, 'Arn'] },
      maxReceiveCount: maxReceives,
    });
    expect(deadLetters.Properties.RedrivePolicy).toBeUndefined();
  });

  test('hides a message for six times as long as its reader may take', () => {
    expect(waiting.Properties.VisibilityTimeout).toBe(6 * timeoutOf(reader));
    expect(deadLetters.Properties.VisibilityTimeout).toBe(6 * timeoutOf('dead-letters'));
  });

  test('feeds its reader, which reports those that failed', () => {
    expect(mappingOf(waiting.id)).toMatchObject({
      FunctionName: { Ref: functionNamed(service, reader)[0] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...delivery,
    });
    expect(mappingOf(deadLetters.id)).toMatchObject({
      FunctionName: { Ref: functionNamed(service, 'dead-letters')[0] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  test('keeps messages for two weeks, encrypted, and refuses whoever comes without TLS', () => {
    for (const queue of [waiting, deadLetters]) {
      expect(queue.Properties).toMatchObject({
        MessageRetentionPeriod: 14 * 86_400,
        SqsManagedSseEnabled: true,
      });
      const policy = resourcesOf(service, 'AWS::SQS::QueuePolicy').find(([, { Properties }]) =>
        Properties.Queues.some(({ Ref }: { Ref: string }) => Ref === queue.id),
      );
      expect(policy![1].Properties.PolicyDocument.Statement).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]);
    }
  });
});

test('clicks that wait outlive their stack, since they are kept nowhere else; doorbells do not', () => {
  const policies = Object.entries(queues).map(([name, { DeletionPolicy }]) => [name, DeletionPolicy]);
  expect(Object.fromEntries(policies)).toEqual({
    ClicksQueueWaiting: 'Retain',
    ClicksQueueDeadLetters: 'Retain',
    ExportsQueueWaiting: 'Delete',
    ExportsQueueDeadLetters: 'Delete',
    RollUpsQueueWaiting: 'Delete',
    RollUpsQueueDeadLetters: 'Delete',
  });
});
