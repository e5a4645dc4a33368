import { functionNamed, resourcesOf, synthesize } from './synthesized.ts';

const { service } = synthesize();
const rules = resourcesOf(service, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);

test.each([
  ['sweep', 'SweepRate'],
  ['schedule-roll-ups', 'RollUpRate'],
] as const)('%s wakes as often as the parameter %s says', (name, parameter) => {
  const [id] = functionNamed(service, name);
  const rule = rules.find(({ Targets }) => Targets[0].Arn['Fn::GetAtt'][0] === id)!;
  expect(rule.ScheduleExpression).toEqual({ Ref: parameter });
  expect(rule.State).toBe('ENABLED');
});

test('a wake-up that was missed is not made up for: the next one does the same', () => {
  expect(rules).toHaveLength(2);
  for (const { Targets } of rules) {
    expect(Targets[0].RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
  }
  const configs = resourcesOf(service, 'AWS::Lambda::EventInvokeConfig').map(
    ([, { Properties }]) => Properties,
  );
  expect(configs).toHaveLength(2);
  for (const config of configs) {
    expect(config).toMatchObject({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
  }
});
