import { randomUUID } from 'node:crypto';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { createTable, type TableProperties } from '#bin/local/resources/create-tables.ts';
import { openDynamoDb, openS3, openSqs } from './aws-clients.ts';

/** Names of the four tables, as their environment variables give them. */
export interface Tables {
  workspaces: string;
  links: string;
  clicks: string;
  jobs: string;
}

const PLAIN = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
} satisfies TableProperties;

/** The tables as the data stack describes them; a test holds the two together. */
export const TABLES: Record<keyof Tables, TableProperties> = {
  workspaces: PLAIN,
  links: PLAIN,
  clicks: PLAIN,
  jobs: {
    ...PLAIN,
    AttributeDefinitions: [
      ...PLAIN.AttributeDefinitions,
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
  },
};

/** Makes the four tables anew, empty, under names that no other test uses. */
export async function openTables(): Promise<Tables> {
  const client = openDynamoDb();
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const entries = Object.entries(TABLES).map(([noun, properties]) => ({
    noun,
    name: `${prefix}-${noun}`,
    properties,
  }));
  await Promise.all(entries.map(({ name, properties }) => createTable(client, name, properties)));
  client.destroy();
  return Object.fromEntries(entries.map(({ noun, name }) => [noun, name])) as unknown as Tables;
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
