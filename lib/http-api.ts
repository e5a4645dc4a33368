import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { ServiceFunction } from './function.ts';
import { serverErrorMetric } from './metrics.ts';

/**
 * What API Gateway notes of a request. No path and no query, since both can carry tokens; no header, since they
 * carry keys; no address, since none is ever stored. The function's own line has the route.
 */
const ACCESS_LOG = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  method: '$context.httpMethod',
  status: '$context.status',
  bytes: '$context.responseLength',
  durationMs: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  functionError: '$context.integrationErrorMessage',
  error: '$context.error.message',
};

type Props = {
  name: 'api' | 'redirect';
  /** Takes whatever no other one does. */
  handler: ServiceFunction;
  /** Functions with paths of their own, whatever the method. */
  others?: readonly { name: string; handler: ServiceFunction; paths: readonly string[] }[];
  /** Requests a second over all callers, and how many at once; beyond them API Gateway answers 429. */
  throttle: { rateLimit: number; burstLimit: number };
  alarms: Alarms;
};

/** An HTTP API that hands every request to a function, so that 404 and 405 are answered in the caller's dialect. */
export class FunctionApi extends Construct {
  /** Its host, without a scheme. */
  readonly host: string;

  constructor(scope: Construct, id: string, { name, handler, others = [], throttle, alarms }: Props) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      description: `Slugline: ${name}`,
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration(name, handler.lambda, { timeout: Duration.seconds(29) }),
    });
    for (const other of others) {
      const integration = new HttpLambdaIntegration(other.name, other.handler.lambda, {
        timeout: Duration.seconds(29),
      });
      for (const path of other.paths) api.addRoutes({ path, methods: [HttpMethod.ANY], integration });
    }
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog(name)),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Keys, sessions, signatures and public routes are told apart by the function, from its route table.',
    });
    alarms.add(`${name}-5xx`, { metric: serverErrorMetric(api), threshold: 5 });
    this.host = `${api.apiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}`;
  }

  private accessLog(name: string): LogGroup {
    return new LogGroup(this, 'AccessLog', {
      // Under this prefix the permission to write is one statement, not one more for each API of the account.
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
      logGroupName: `/aws/vendedlogs/apis/${Stack.of(this).stackName}-${name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
