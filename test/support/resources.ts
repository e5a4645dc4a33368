import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { retry } from '#shared/retry.ts';
import { openDynamoDb, openS3, openSqs } from './aws-clients.ts';

/** Names of the four tables, as their environment variables give them. */
export interface Tables {
  workspaces: string;
  links: string;
  clicks: string;
  jobs: string;
}

type Schema = Pick<CreateTableCommandInput, 'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes'>;

const PLAIN: Schema = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
};

const WITH_DUE_INDEX: Schema = {
  ...PLAIN,
  AttributeDefinitions: [
    ...PLAIN.AttributeDefinitions!,
    { AttributeName: 'due_shard', AttributeType: 'S' },
    { AttributeName: 'due_at', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'due_shard', KeyType: 'HASH' },
        { AttributeName: 'due_at', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

/** Makes the four tables anew, empty, under names that no other test uses. */
export async function openTables(): Promise<Tables> {
  const client = openDynamoDb();
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const tables = {
    workspaces: `${prefix}-workspaces`,
    links: `${prefix}-links`,
    clicks: `${prefix}-clicks`,
    jobs: `${prefix}-jobs`,
  };
  await Promise.all(
    Object.entries(tables).map(([noun, name]) =>
      createTable(client, name, noun === 'jobs' ? WITH_DUE_INDEX : PLAIN),
    ),
  );
  client.destroy();
  return tables;
}

async function createTable(client: DynamoDBClient, TableName: string, schema: Schema): Promise<void> {
  await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...schema }));
  const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
  // A new table takes nothing until it is active.
  await retry(
    () => client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })),
    (error) => (error as Error).name === 'ResourceNotFoundException',
    { baseMs: 5, attempts: 12 },
  );
}

/** Makes an empty queue and gives its URL; attributes as in CreateQueue. */
export async function openQueue(attributes: Record<string, string> = {}): Promise<string> {
  const client = openSqs();
  const QueueName = `test-${randomUUID()}`;
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
  client.destroy();
  return QueueUrl!;
}

/** Makes an empty bucket and gives its name. */
export async function openBucket(): Promise<string> {
  const client = openS3();
  const Bucket = `test-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
  return Bucket;
}
