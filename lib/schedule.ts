import { Duration } from 'aws-cdk-lib';
import { Schedule as Expression, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { ServiceFunction } from './function.ts';

type Props = {
  name: 'sweep' | 'schedule-roll-ups';
  /** `rate(…)` or `cron(…)`. */
  rate: string;
  wakes: ServiceFunction;
  alarms: Alarms;
};

/** Wakes a function again and again, and rings when it was not woken. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { name, rate, wakes, alarms }: Props) {
    super(scope, id);
    // The next run does what a lost one did not, so an old wake-up is worth nothing.
    const target = new LambdaFunction(wakes.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    wakes.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'Rule', { schedule: Expression.expression(rate), targets: [target] });
    alarms.add(`${name}-silent`, {
      metric: wakes.lambda.metricInvocations({ period: Duration.minutes(10) }),
      threshold: 1,
      silence: true,
    });
  }
}
