import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Variable } from '#shared/env.ts';
import type { Alarms } from './alarms.ts';
import { METRICS_NAMESPACE } from './metrics.ts';
import type { FunctionName } from './runbook.ts';

const BUNDLES = resolve(import.meta.dirname, '../dist/functions');

// TransactWriteItems and TransactGetItems have no permission of their own: each of their parts is checked.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
const READ_ITEMS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const WRITE_ITEMS = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'];

type Props = {
  name: FunctionName;
  /** Its folder under functions/. */
  folder: string;
  memoryMb: number;
  timeout: Duration;
  /** What people lose when it fails: its description, and the first sentence of its alarm. */
  errorImpact: string;
  alarms: Alarms;
  /** How long its log is kept; a month unless given. */
  logRetention?: RetentionDays;
  /** For a log that holds more than a log does: it stays when the stack is deleted. */
  keepLog?: boolean;
};

/**
 * A Lambda function in the house style: its bundle, its own role, its own log, an alarm on its errors.
 * Permission and variable are given in one call, so that neither can be given without the other.
 */
export class ServiceFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly timeout: Duration;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.timeout = props.timeout;
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: props.keepLog ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.errorImpact,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: this.bundle(props.folder),
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role: this.role,
      logGroup,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        POWERTOOLS_LOG_LEVEL: 'INFO',
        // The map is read only when a stack trace is written, so cold starts do not pay for it.
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });
    props.alarms.add(`${props.name}-errors`, {
      metric: this.lambda.metricErrors({ period: Duration.minutes(5) }),
      threshold: 1,
    });
  }

  /** A plain value. */
  given(variable: Variable, value: string): void {
    this.lambda.addEnvironment(variable, value);
  }

  /** @param indexes  the table's indexes that it may query, too */
  reads(table: TableV2, variable: Variable, ...indexes: string[]): void {
    const indexArns = indexes.map((index) => `${table.tableArn}/index/${index}`);
    this.allow({ actions: READ_ITEMS, resources: [table.tableArn] });
    if (indexArns.length > 0) this.allow({ actions: ['dynamodb:Query'], resources: indexArns });
    this.given(variable, table.tableName);
  }

  /** Puts and updates; it can neither read nor delete. */
  writes(table: TableV2, variable: Variable): void {
    this.allow({ actions: WRITE_ITEMS, resources: [table.tableArn] });
    this.given(variable, table.tableName);
  }

  readsAndWrites(table: TableV2, variable: Variable, ...indexes: string[]): void {
    this.reads(table, variable, ...indexes);
    this.writes(table, variable);
  }

  /** Beside what else it may do there. */
  deletesFrom(table: TableV2): void {
    this.allow({ actions: ['dynamodb:DeleteItem'], resources: [table.tableArn] });
  }

  /**
   * Reads all of a table, and writes only items whose partition key begins with `prefix`.
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
   */
  readsAndWritesBelow(prefix: string, table: TableV2, variable: Variable): void {
    this.reads(table, variable);
    this.allow({
      actions: WRITE_ITEMS,
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${prefix}*`] } },
    });
  }

  sends(queue: Queue, variable: Variable): void {
    this.allow({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
    this.given(variable, queue.queueUrl);
  }

  /** Without the right to list, S3 answers 403 for an object that is not there, and absence could not be told. */
  readsFiles(bucket: Bucket, variable: Variable): void {
    this.allow({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] });
    this.allowObjects(bucket, ['s3:GetObject']);
    this.given(variable, bucket.bucketName);
  }

  writesFiles(bucket: Bucket, variable: Variable): void {
    this.allow({ actions: ['s3:ListBucketMultipartUploads'], resources: [bucket.bucketArn] });
    this.allowObjects(bucket, [
      's3:PutObject',
      's3:DeleteObject',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
    ]);
    this.given(variable, bucket.bucketName);
  }

  readsAndWritesFiles(bucket: Bucket, variable: Variable): void {
    this.readsFiles(bucket, variable);
    this.writesFiles(bucket, variable);
  }

  private allow(statement: PolicyStatementProps): void {
    this.role.addToPolicy(new PolicyStatement(statement));
  }

  private allowObjects(bucket: Bucket, actions: string[]): void {
    this.allow({ actions, resources: [bucket.arnForObjects('*')] });
    // The rule names a resource of another stack by its export.
    const imported = this.lambda.stack.resolve(bucket.stack.exportValue(bucket.bucketArn))['Fn::ImportValue'];
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${imported}/*]`,
      reason: 'The names of objects are made at run time; the bucket is named, and holds nothing else.',
    });
  }

  private bundle(folder: string): Code {
    const directory = join(this.node.tryGetContext('bundles') ?? BUNDLES, folder);
    if (!existsSync(join(directory, 'index.mjs'))) {
      throw new Error(
        `there is no bundle ${directory}/index.mjs: functions/${folder}/index.ts is missing, or \`npm run build\` has not run`,
      );
    }
    return Code.fromAsset(directory);
  }
}
