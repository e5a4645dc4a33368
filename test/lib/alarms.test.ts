import { OWN_METRICS } from '#lib/own-metrics.ts';
import { describeAlarm, RUNBOOK, runbookMarkdown } from '#lib/runbook.ts';
import { FUNCTION_NAMES, onlyResource, type Resource, resourcesOf, synthesize } from './synthesized.ts';

const { service } = synthesize();
const alarms: Record<string, Resource['Properties']> = Object.fromEntries(
  resourcesOf(service, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => [
    Properties.AlarmName.replace('SluglineService-', ''),
    Properties,
  ]),
);
const ids = Object.keys(RUNBOOK) as (keyof typeof RUNBOOK)[];

test('every alarm has its entry in the runbook, and every entry its alarm', () => {
  expect(Object.keys(alarms).toSorted()).toEqual(ids.toSorted());
});

test.each(ids)(
  '%s says what it means and what to do, to the topic, when it rings and when it is over',
  (id) => {
    const { AlarmDescription, AlarmActions, OKActions } = alarms[id]!;
    expect(AlarmDescription).toBe(describeAlarm(id));
    // The longest description that CloudWatch takes.
    expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    const [[topic]] = resourcesOf(service, 'AWS::SNS::Topic') as [[string, Resource]];
    expect(AlarmActions).toEqual([{ Ref: topic }]);
    expect(OKActions).toEqual([{ Ref: topic }]);
  },
);

test('each function rings at its first error', () => {
  for (const name of FUNCTION_NAMES) {
    expect(alarms[`${name}-errors`]).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  }
});

test.each(['sweep-silent', 'schedule-roll-ups-silent'])(
  '%s rings when nothing at all was measured for ten minutes',
  (id) => {
    expect(alarms[id]).toMatchObject({
      MetricName: 'Invocations',
      Period: 600,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  },
);

test.each(['clicks', 'exports', 'roll-ups'])(
  'the queue of %s rings for its age and for its first dead letter',
  (name) => {
    expect(alarms[`${name}-queue-age`]).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Statistic: 'Maximum',
    });
    const { Metrics, Threshold } = alarms[`${name}-dead-letters`]!;
    expect(Threshold).toBe(1);
    const measured = Metrics.flatMap(
      ({ MetricStat }: Resource['Properties']) => MetricStat?.Metric.MetricName ?? [],
    );
    expect(measured).toEqual(['ApproximateNumberOfMessagesVisible', 'NumberOfMessagesReceived']);
  },
);

test.each(['api-5xx', 'redirect-5xx'])('%s counts the 5xx answers of its API', (id) => {
  expect(alarms[id]).toMatchObject({
    Namespace: 'AWS/ApiGateway',
    MetricName: '5xx',
    Statistic: 'Sum',
    Threshold: 5,
  });
});

test.each(Object.entries(OWN_METRICS))(
  '%s looks at its metric, of every function that writes it',
  (id, own) => {
    const stats = alarms[id]!.Metrics.flatMap(({ MetricStat }: Resource['Properties']) => MetricStat ?? []);
    expect(stats).toHaveLength(own.functions.length);
    for (const [index, { Metric, Stat }] of stats.entries()) {
      expect(Stat).toBe(own.statistic);
      expect(Metric).toEqual({
        Namespace: 'Slugline',
        MetricName: own.metricName,
        Dimensions: [{ Name: 'service', Value: own.functions[index] }],
      });
    }
  },
);

test('CloudWatch may publish to the topic, and nobody without TLS', () => {
  const { Statement } = onlyResource(service, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument;
  expect(Statement).toHaveLength(2);
  expect(Statement[0]).toMatchObject({
    Effect: 'Deny',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });
  expect(Statement[1]).toMatchObject({
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  });
});

test('mail goes out only where an address was given', () => {
  const subscription = onlyResource(service, 'AWS::SNS::Subscription');
  const conditions = (service as unknown as { Conditions: Record<string, unknown> }).Conditions;
  expect(conditions[subscription.Condition!]).toEqual({
    'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AlarmEmail' }, ''] }],
  });
});

// CloudFormation turns other characters into question marks.
test('every description is plain ASCII', () => {
  for (const [id, { Properties }] of Object.entries(service.Resources)) {
    expect({ id, text: Properties?.Description ?? Properties?.AlarmDescription ?? '' }).toEqual({
      id,
      text: expect.stringMatching(/^[ -~]*$/),
    });
  }
});

test('the runbook is a table with a row for each alarm', () => {
  const lines = runbookMarkdown().split('\n');
  expect(lines).toHaveLength(2 + ids.length);
  for (const line of lines) expect(line.match(/\|/g)).toHaveLength(5);
});
