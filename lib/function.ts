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

/**
 * What one function does with items. TransactWriteItems and TransactGetItems have no permission of their own: each of
 * their parts is checked.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/** What a function does with which items, by their partition key; a `*` at the end stands for the rest of it. */
export type ItemRights = Record<string, readonly ItemAction[]>;

export type ObjectAction = 'GetObject' | 'PutObject' | 'DeleteObject' | 'AbortMultipartUpload';

/** What a function does with which objects, by the beginning of their names. */
export type ObjectRights = Record<string, readonly ObjectAction[]>;

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

  /**
   * Gives the items that it names, and no others of the table.
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
   */
  uses(table: TableV2, variable: Variable, rights: ItemRights): void {
    for (const [actions, keys] of byActions(rights)) {
      this.allow({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
      });
    }
    this.given(variable, table.tableName);
  }

  /** Queries an index, whole. */
  queries(table: TableV2, index: string): void {
    this.allow({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${index}`] });
  }

  /**
   * Queries a partition for these attributes, and sees no others: what else stands there stays closed.
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html#FGAC_DDB.ConditionKeys
   */
  queriesAttributes(table: TableV2, key: string, attributes: readonly string[]): void {
    this.allow({
      actions: ['dynamodb:Query'],
      resources: [table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [key], 'dynamodb:Attributes': attributes },
        StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      },
    });
  }

  sends(queue: Queue, variable: Variable): void {
    this.allow({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
    this.given(variable, queue.queueUrl);
  }

  usesObjects(bucket: Bucket, variable: Variable, rights: ObjectRights): void {
    for (const [actions, prefixes] of byActions(rights)) {
      this.allow({
        actions: actions.map((action) => `s3:${action}`),
        resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
      });
    }
    for (const prefix of Object.keys(rights)) this.acknowledgeNames(bucket, prefix);
    this.given(variable, bucket.bucketName);
  }

  /** Without the right to list, S3 answers 403 for an object that is not there, and absence could not be told. */
  listsObjects(bucket: Bucket): void {
    this.allow({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] });
  }

  listsUploads(bucket: Bucket): void {
    this.allow({ actions: ['s3:ListBucketMultipartUploads'], resources: [bucket.bucketArn] });
  }

  private allow(statement: PolicyStatementProps): void {
    this.role.addToPolicy(new PolicyStatement(statement));
  }

  private acknowledgeNames(bucket: Bucket, prefix: string): void {
    // The rule names a resource of another stack by its export.
    const imported = this.lambda.stack.resolve(bucket.stack.exportValue(bucket.bucketArn))['Fn::ImportValue'];
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${imported}/${prefix}*]`,
      reason: 'The names of objects are made at run time; bucket and beginning of the names are given.',
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

/** Keys with the same actions together, since the size of a role's policy has a limit. */
function byActions<Action extends string>(
  rights: Record<string, readonly Action[]>,
): [actions: readonly Action[], keys: string[]][] {
  const groups = new Map<string, [readonly Action[], string[]]>();
  for (const [key, actions] of Object.entries(rights)) {
    const group = groups.get(actions.join()) ?? [actions, []];
    group[1].push(key);
    groups.set(actions.join(), group);
  }
  return [...groups.values()];
}
