import { Duration } from 'aws-cdk-lib';
import { type FunctionUrl, FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EdgeSecret } from './edge-secret.ts';
import { ServiceFunction } from './function.ts';
import { FunctionApi } from './http-api.ts';
import type { WorkQueue } from './queue.ts';
import { errorImpactOf } from './runbook.ts';
import type { Settings } from './settings.ts';
import { shortDomains } from './short-domains.ts';
import type { Surroundings } from './surroundings.ts';

type Props = Surroundings & { exportsQueue: WorkQueue };

/** The product's API: everything behind one function, but for the streamed file of events, which has its own. */
export class ProductApi extends Construct {
  readonly api: FunctionApi;
  readonly streamUrl: FunctionUrl;
  /** What the front leads to. */
  readonly functions: readonly ServiceFunction[];

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const handler = this.apiFunction(props);
    this.api = new FunctionApi(this, 'Http', {
      name: 'api',
      handler,
      throttle: { rateLimit: 1000, burstLimit: 2000 },
      alarms: props.alarms,
    });
    // HTTP APIs cannot stream, function URLs can. Anyone may call this one, as anyone may call an HTTP API: calls
    // past the edge are refused by the function, for want of the edge's secret, before anything is read.
    const stream = this.stream(props);
    this.functions = [handler, stream];
    this.streamUrl = stream.lambda.addFunctionUrl({
      authType: FunctionUrlAuthType.NONE,
      invokeMode: InvokeMode.RESPONSE_STREAM,
    });
  }

  private apiFunction({ data, settings, alarms, edgeSecret, exportsQueue }: Props): ServiceFunction {
    const api = new ServiceFunction(this, 'Function', {
      name: 'api',
      folder: 'api',
      memoryMb: 1024,
      // An HTTP API waits for 30 s at most.
      timeout: Duration.seconds(29),
      errorImpact: errorImpactOf('api'),
      alarms,
    });
    api.readsAndWrites(data.workspaces, 'WORKSPACES_TABLE');
    api.readsAndWrites(data.links, 'LINKS_TABLE');
    api.deletesFrom(data.workspaces);
    api.deletesFrom(data.links);
    api.readsAndWrites(data.clicks, 'CLICKS_TABLE');
    api.readsAndWrites(data.jobs, 'JOBS_TABLE');
    api.readsAndWritesFiles(data.files, 'FILES_BUCKET');
    api.sends(exportsQueue.waiting, 'EXPORTS_QUEUE_URL');
    api.given('HORIZON_SECONDS', settings.horizonSeconds);
    // Whoever proves one of these hosts may use it without the operator.
    api.given('SHORT_DOMAINS', shortDomains(this).join(','));
    giveHttpSettings(api, edgeSecret, settings);
    return api;
  }

  private stream({ data, settings, alarms, edgeSecret }: Props): ServiceFunction {
    const stream = new ServiceFunction(this, 'Stream', {
      name: 'stream',
      folder: 'stream',
      memoryMb: 1024,
      timeout: Duration.seconds(300),
      errorImpact: errorImpactOf('stream'),
      alarms,
    });
    stream.readsAndWritesBelow('limit#', data.workspaces, 'WORKSPACES_TABLE');
    stream.reads(data.clicks, 'CLICKS_TABLE');
    giveHttpSettings(stream, edgeSecret, settings);
    return stream;
  }
}

/** What a function needs to know a caller by. */
function giveHttpSettings(to: ServiceFunction, edgeSecret: EdgeSecret, settings: Settings): void {
  edgeSecret.giveTo(to);
  to.given('SHORT_ORIGIN', settings.shortOrigin);
  to.given('SESSION_ISSUER', settings.sessionIssuer);
  to.given('SESSION_JWKS_URL', settings.sessionJwksUrl);
  to.given('SESSION_AUDIENCE', settings.sessionAudience);
}
