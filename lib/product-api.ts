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

/** The routes of functions/qr. */
const QR_PATHS = ['/api/v1/qr/generate', '/api/v1/links/{id}/qr'];

/**
 * The product's API: everything behind one function, but for the streamed file of events, and for pictures of codes, whose
 * renderer weighs more than all the rest.
 */
export class ProductApi extends Construct {
  readonly api: FunctionApi;
  readonly streamUrl: FunctionUrl;
  /** What the front leads to. */
  readonly functions: readonly ServiceFunction[];

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const handler = this.apiFunction(props);
    const qr = this.qr(props);
    this.api = new FunctionApi(this, 'Http', {
      name: 'api',
      handler,
      others: [{ name: 'qr', handler: qr, paths: QR_PATHS }],
      throttle: { rateLimit: 1000, burstLimit: 2000 },
      alarms: props.alarms,
    });
    // HTTP APIs cannot stream, function URLs can. Anyone may call this one, as anyone may call an HTTP API: calls
    // past the edge are refused by the function, for want of the edge's secret, before anything is read.
    const stream = this.stream(props);
    this.functions = [handler, qr, stream];
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
    api.uses(data.workspaces, 'WORKSPACES_TABLE', {
      // Whoever needs the deployment's secret first makes it.
      deployment: ['GetItem', 'PutItem'],
      'key#*': ['GetItem'],
      'workspace#*': ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      'host#*': ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      'limit#*': ['GetItem', 'UpdateItem'],
    });
    api.uses(data.links, 'LINKS_TABLE', {
      'workspace#*': ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'],
      'slug#*': ['GetItem', 'PutItem'],
      'closure#*': ['GetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'],
    });
    api.uses(data.clicks, 'CLICKS_TABLE', {
      clock: ['GetItem'],
      'clicks#*': ['BatchGetItem', 'Query', 'ConditionCheckItem'],
      'days#*': ['Query'],
      'link-days#*': ['Query'],
      'totals#*': ['BatchGetItem', 'Query', 'UpdateItem'],
      'conversion#*': ['PutItem'],
      'attributed#*': ['PutItem'],
      'conversion-keys#*': ['GetItem', 'PutItem'],
      'external-ids#*': ['GetItem', 'PutItem'],
    });
    api.uses(data.jobs, 'JOBS_TABLE', {
      'workspace#*': ['GetItem', 'Query', 'PutItem'],
      'segments#*': ['Query', 'PutItem'],
    });
    // A link that it signs can do what it may itself.
    api.usesObjects(data.files, 'FILES_BUCKET', {
      'exports/': ['GetObject'],
      'logos/': ['GetObject', 'PutObject', 'DeleteObject'],
    });
    api.listsObjects(data.files);
    api.sends(exportsQueue.waiting, 'EXPORTS_QUEUE_URL');
    api.given('HORIZON_SECONDS', settings.horizonSeconds);
    // Whoever proves one of these hosts may use it without the operator.
    api.given('SHORT_DOMAINS', shortDomains(this).join(','));
    giveHttpSettings(api, edgeSecret, settings);
    return api;
  }

  private qr({ data, settings, alarms, edgeSecret }: Props): ServiceFunction {
    const qr = new ServiceFunction(this, 'Qr', {
      name: 'qr',
      folder: 'qr',
      // Drawing is bound by the processor, and 1,769 MB is the size that comes with one whole.
      memoryMb: 1769,
      timeout: Duration.seconds(29),
      errorImpact: errorImpactOf('qr'),
      alarms,
    });
    qr.uses(data.workspaces, 'WORKSPACES_TABLE', {
      deployment: ['GetItem'],
      'key#*': ['GetItem'],
      'workspace#*': ['GetItem', 'Query'],
      'limit#*': ['UpdateItem'],
    });
    qr.uses(data.links, 'LINKS_TABLE', { 'workspace#*': ['GetItem'] });
    qr.usesObjects(data.files, 'FILES_BUCKET', {
      'codes/': ['GetObject', 'PutObject'],
      'logos/': ['GetObject'],
    });
    qr.listsObjects(data.files);
    giveHttpSettings(qr, edgeSecret, settings);
    return qr;
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
    stream.uses(data.workspaces, 'WORKSPACES_TABLE', {
      deployment: ['GetItem'],
      'key#*': ['GetItem'],
      'workspace#*': ['GetItem'],
      'limit#*': ['UpdateItem'],
    });
    stream.uses(data.clicks, 'CLICKS_TABLE', { 'clicks#*': ['Query'], 'days#*': ['Query'] });
    giveHttpSettings(stream, edgeSecret, settings);
    return stream;
  }
}

/** What a function needs to know a caller by. */
function giveHttpSettings(to: ServiceFunction, edgeSecret: EdgeSecret, settings: Settings): void {
  edgeSecret.giveTo(to);
  to.given('SHORT_ORIGIN', settings.shortOrigin);
  to.given('ALLOWED_ORIGINS', settings.allowedOrigins);
  to.given('SESSION_ISSUER', settings.sessionIssuer);
  to.given('SESSION_JWKS_URL', settings.sessionJwksUrl);
  to.given('SESSION_AUDIENCE', settings.sessionAudience);
}
