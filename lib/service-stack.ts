import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { Clicks } from './clicks.ts';
import type { DataStack } from './data-stack.ts';
import { DeadLetters } from './dead-letters.ts';
import { ProductEdge, ShortEdge } from './edge.ts';
import { EdgeSecret } from './edge-secret.ts';
import { Exports } from './exports.ts';
import { addOwnMetricAlarms } from './own-metrics.ts';
import { ProductApi } from './product-api.ts';
import { Redirects } from './redirects.ts';
import { RollUps } from './roll-ups.ts';
import { declareSettings } from './settings.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything that works on the data, and could be deleted and deployed again without losing any of it. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { data, ...props }: StackProps & { data: DataStack }) {
    super(scope, id, props);
    const settings = declareSettings(this);
    const alarms = new Alarms(this, 'Alarms', { email: settings.alarmEmail });
    const edgeSecret = new EdgeSecret(this, 'EdgeSecret');
    const surroundings: Surroundings = { data, settings, alarms, edgeSecret };

    const { queue: clicksQueue } = new Clicks(this, 'Clicks', surroundings);
    const { queue: exportsQueue } = new Exports(this, 'Exports', surroundings);
    const { queue: rollUpsQueue } = new RollUps(this, 'RollUps', surroundings);
    new DeadLetters(this, 'DeadLetters', { ...surroundings, clicksQueue, exportsQueue, rollUpsQueue });

    const redirects = new Redirects(this, 'Redirects', { ...surroundings, clicksQueue });
    const product = new ProductApi(this, 'ProductApi', { ...surroundings, exportsQueue });
    const short = new ShortEdge(this, 'ShortEdge', { redirects, edgeSecret });
    const front = new ProductEdge(this, 'ProductEdge', { product, edgeSecret });
    addOwnMetricAlarms(alarms);

    this.outputs({
      ApiUrl: `https://${front.host}`,
      ShortUrl: `https://${short.host}`,
      ShortDomain: short.host,
      WorkspacesTable: data.workspaces.tableName,
      LinksTable: data.links.tableName,
      ClicksTable: data.clicks.tableName,
      JobsTable: data.jobs.tableName,
      FilesBucket: data.files.bucketName,
      ClicksQueueUrl: clicksQueue.waiting.queueUrl,
      ExportsQueueUrl: exportsQueue.waiting.queueUrl,
      RollUpsQueueUrl: rollUpsQueue.waiting.queueUrl,
      ShortUrlPattern: settings.shortOrigin,
      HorizonInSeconds: settings.horizonSeconds,
    });
  }

  private outputs(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
