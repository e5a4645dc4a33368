import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AttributeType, Billing, type TablePropsV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** The index of Jobs that the sweeper reads: sharded, and sparse, since only unfinished jobs carry its keys. */
export const DUE_INDEX = 'due';

const FILES_PREFIX = 'exports/';
const TEMPORARY_PREFIX = 'temporary/';
const CODES_PREFIX = 'codes/';

/**
 * Everything that must outlive a deployment. Nothing in here goes away with the stack: tables are protected
 * against deletion, and tables and bucket stay when the stack is deleted.
 */
export class DataStack extends Stack {
  readonly workspaces = this.table('Workspaces');
  readonly links = this.table('Links');
  readonly clicks = this.table('Clicks');
  readonly jobs = this.table('Jobs', {
    globalSecondaryIndexes: [
      {
        indexName: DUE_INDEX,
        partitionKey: { name: 'due_shard', type: AttributeType.STRING },
        sortKey: { name: 'due_at', type: AttributeType.NUMBER },
      },
    ],
  });
  readonly files: Bucket;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.files = this.filesBucket();
  }

  private table(id: string, props: Partial<TablePropsV2> = {}): TableV2 {
    return new TableV2(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
  }

  /**
   * Finished files, and while they are made their parts and tails; and the logos of workspaces, which stay. Objects are written once under a name of their
   * own, so versions would keep nothing but what was deleted on purpose.
   */
  private filesBucket(): Bucket {
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: false,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        // A file lives 30 days; the day more keeps a link that was minted at the very end working.
        { id: 'files', prefix: FILES_PREFIX, expiration: Duration.days(31) },
        // Codes that were drawn one by one; whatever is missing is drawn again.
        { id: 'codes', prefix: CODES_PREFIX, expiration: Duration.days(30) },
        { id: 'tails', prefix: TEMPORARY_PREFIX, expiration: Duration.days(2) },
        // A job that has not moved for two days has long been failed by the sweeper.
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(2) },
      ],
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'An access log would hold the addresses of those who download, and no address is ever stored.',
    });
    return bucket;
  }
}
