import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { createBuckets } from '#bin/local/resources/create-buckets.ts';
import { createQueues } from '#bin/local/resources/create-queues.ts';
import { createTables } from '#bin/local/resources/create-tables.ts';
import { attributesOf } from '#bin/local/template/attributes.ts';
import { Stack } from '#bin/local/template/stack.ts';
import type { Template } from '#bin/local/template/template.ts';
import { openDynamoDb, openS3, openSqs } from '#test/support/aws-clients.ts';

const dynamoDb = openDynamoDb();
const s3 = openS3();
const sqs = openSqs();
afterAll(() => [dynamoDb, s3, sqs].forEach((client) => void client.destroy()));

const table = (range: string) => ({
  Type: 'AWS::DynamoDB::GlobalTable',
  Properties: {
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: range, AttributeType: 'S' },
    ],
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  },
});

const queues = (seconds: number) => ({
  Waiting: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: seconds,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
    },
  },
  Dead: { Type: 'AWS::SQS::Queue' },
});

let made = 0;
const open = (Resources: Template['Resources'], name = `Made${++made}-${process.pid}`) =>
  new Stack({
    name,
    template: { Resources },
    attributesOf: (id, resource) =>
      attributesOf({ stack: name, sqsEndpoint: 'http://127.0.0.1' }, id, resource),
    secretOf: () => '',
  });

test('a table that is there with other keys is refused', async () => {
  const stack = open({ Things: table('sk') }, 'Changed');
  await createTables(dynamoDb, stack);
  await expect(createTables(dynamoDb, open({ Things: table('other') }, 'Changed'))).rejects.toThrow(
    /the table Changed-Things is there with other keys or indexes than the template's/,
  );
});

test('tables are made once, with their expiry', async () => {
  const stack = open({ Things: table('sk') });
  await createTables(dynamoDb, stack);
  await createTables(dynamoDb, stack);
  const TableName = String(stack.attribute('Things', 'Ref'));
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
  const { TimeToLiveDescription } = await dynamoDb.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
});

test('queues are made once, and take over what the template changes', async () => {
  const first = open(queues(30));
  await createQueues(sqs, first);
  const name = String(first.attribute('Waiting', 'QueueName'));
  await createQueues(sqs, open(queues(60), name.replace('-Waiting', '')));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({ VisibilityTimeout: '60', QueueArn: first.attribute('Waiting', 'Arn') });
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toEqual({
    deadLetterTargetArn: first.attribute('Dead', 'Arn'),
    maxReceiveCount: 3,
  });
});

test('buckets are made once', async () => {
  const stack = open({ Files: { Type: 'AWS::S3::Bucket' } });
  await createBuckets(s3, stack);
  await createBuckets(s3, stack);
  await expect(
    s3.send(new HeadBucketCommand({ Bucket: String(stack.attribute('Files', 'Ref')) })),
  ).resolves.toBeDefined();
});
