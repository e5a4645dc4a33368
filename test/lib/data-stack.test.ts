import { onlyResource, resourcesOf, synthesize } from './synthesized.ts';

const { data } = synthesize();
const tables = resourcesOf(data, 'AWS::DynamoDB::GlobalTable').map(
  ([id, table]) => [id.slice(0, -8), table] as const,
);
const bucket = onlyResource(data, 'AWS::S3::Bucket');

test('there are four tables and one bucket, and nothing else that keeps', () => {
  expect(tables.map(([id]) => id)).toEqual(['Workspaces', 'Links', 'Clicks', 'Jobs']);
  expect(resourcesOf(data, 'AWS::S3::Bucket')).toHaveLength(1);
});

// Under another logical id CloudFormation would make a new, empty one, and the service would work on that.
test('the logical ids of what keeps are those that were deployed', () => {
  expect(Object.keys(data.Resources).filter((id) => !id.startsWith('FilesPolicy'))).toEqual([
    'Workspaces72022D37',
    'Links5AE26E87',
    'Clicks81B5095A',
    'JobsDF1CC2D4',
    'Files8E6940B8',
  ]);
});

describe.each(tables)('the table %s', (_, table) => {
  test('has a partition key pk and a sort key sk, both strings', () => {
    expect(table.Properties.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(table.Properties.AttributeDefinitions).toEqual(
      expect.arrayContaining([
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ]),
    );
  });

  test('is paid by request, and forgets items by their ttl', () => {
    expect(table.Properties.BillingMode).toBe('PAY_PER_REQUEST');
    expect(table.Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
  });

  test('can be restored to any second, cannot be deleted, and stays when its stack goes', () => {
    expect(table.Properties.Replicas).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ]);
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.UpdateReplacePolicy).toBe('Retain');
  });
});

test('Jobs alone has an index: due, by shard and time, with whole items', () => {
  const indexes = tables.map(([id, table]) => [id, table.Properties.GlobalSecondaryIndexes]);
  expect(Object.fromEntries(indexes)).toEqual({
    Workspaces: undefined,
    Links: undefined,
    Clicks: undefined,
    Jobs: [
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'due_shard', KeyType: 'HASH' },
          { AttributeName: 'due_at', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  expect(tables.at(-1)![1].Properties.AttributeDefinitions).toEqual(
    expect.arrayContaining([
      { AttributeName: 'due_shard', AttributeType: 'S' },
      { AttributeName: 'due_at', AttributeType: 'N' },
    ]),
  );
});

test('the bucket is private, encrypted, without versions, and stays when its stack goes', () => {
  expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  expect(bucket.Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  expect(bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
    { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
  ]);
  expect(bucket.Properties.VersioningConfiguration).toBeUndefined();
  expect(bucket.DeletionPolicy).toBe('Retain');
  expect(bucket.UpdateReplacePolicy).toBe('Retain');
});

test('the bucket refuses whoever comes without TLS 1.2', () => {
  const policy = onlyResource(data, 'AWS::S3::BucketPolicy');
  const statements = policy.Properties.PolicyDocument.Statement;
  expect(statements).toHaveLength(2);
  for (const statement of statements) {
    expect(statement).toMatchObject({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' } });
  }
  expect(statements.map((statement: { Condition: unknown }) => statement.Condition)).toEqual([
    { Bool: { 'aws:SecureTransport': 'false' } },
    { NumericLessThan: { 's3:TlsVersion': 1.2 } },
  ]);
});

test('files go after 31 days, codes after 30, tails and unfinished uploads after two', () => {
  expect(bucket.Properties.LifecycleConfiguration.Rules).toEqual([
    { Id: 'files', Status: 'Enabled', Prefix: 'exports/', ExpirationInDays: 31 },
    { Id: 'codes', Status: 'Enabled', Prefix: 'codes/', ExpirationInDays: 30 },
    { Id: 'tails', Status: 'Enabled', Prefix: 'temporary/', ExpirationInDays: 2 },
    {
      Id: 'unfinished-uploads',
      Status: 'Enabled',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
    },
  ]);
});
