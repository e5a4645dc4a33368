import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { RECORDS_CLICKS } from './clicks.ts';
import { ServiceFunction } from './function.ts';
import { FunctionApi } from './http-api.ts';
import type { WorkQueue } from './queue.ts';
import { errorImpactOf } from './runbook.ts';
import type { Surroundings } from './surroundings.ts';

type Props = Surroundings & { clicksQueue: WorkQueue };

/** What short links lead through: one function behind an HTTP API of its own. */
export class Redirects extends Construct {
  readonly api: FunctionApi;
  /** What the front leads to. */
  readonly functions: readonly ServiceFunction[];

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const handler = this.redirect(props);
    this.functions = [handler];
    this.api = new FunctionApi(this, 'Http', {
      name: 'redirect',
      handler,
      throttle: { rateLimit: 5000, burstLimit: 5000 },
      alarms: props.alarms,
    });
  }

  private redirect({ data, settings, alarms, edgeSecret, clicksQueue }: Props): ServiceFunction {
    const redirect = new ServiceFunction(this, 'Function', {
      name: 'redirect',
      folder: 'redirect',
      memoryMb: 512,
      timeout: Duration.seconds(5),
      errorImpact: errorImpactOf('redirect'),
      // Its log is also the journal of clicks that neither SQS nor DynamoDB would take.
      logRetention: RetentionDays.THREE_MONTHS,
      keepLog: true,
      alarms,
    });
    redirect.uses(data.workspaces, 'WORKSPACES_TABLE', {
      // For the cookies that it signs.
      deployment: ['GetItem'],
      clock: ['GetItem'],
      'host#*': ['GetItem'],
      'workspace#*': ['GetItem'],
      'limit#*': ['UpdateItem'],
    });
    redirect.uses(data.links, 'LINKS_TABLE', { 'slug#*': ['GetItem'] });
    redirect.uses(data.clicks, 'CLICKS_TABLE', RECORDS_CLICKS);
    redirect.sends(clicksQueue.waiting, 'CLICKS_QUEUE_URL');
    edgeSecret.giveTo(redirect);
    redirect.given('SHORT_ORIGIN', settings.shortOrigin);
    redirect.given('HORIZON_SECONDS', settings.horizonSeconds);
    return redirect;
  }
}
