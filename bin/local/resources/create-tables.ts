import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
  type TimeToLiveSpecification,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Stack } from '../template/stack.ts';

/** The part of a table's properties that matters here; billing, backups and protection do not. */
export type TableProperties = Pick<
  CreateTableCommandInput,
  'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes'
> & { TimeToLiveSpecification?: TimeToLiveSpecification };

const TYPES = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'];

/** Makes the tables of a stack that are not there yet. @throws Error when one is there with other keys or indexes */
export async function createTables(client: DynamoDBClient, stack: Stack): Promise<void> {
  const tables = TYPES.flatMap((type) => stack.resources<TableProperties>(type));
  await Promise.all(
    tables.map(({ id, properties }) => createTable(client, String(stack.attribute(id, 'Ref')), properties)),
  );
}

/** Makes one table, its indexes and its expiry, unless it is there. */
export async function createTable(
  client: DynamoDBClient,
  TableName: string,
  properties: TableProperties,
): Promise<void> {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, TimeToLiveSpecification } = properties;
  const shape = { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes };
  try {
    await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...shape }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    await expectSameShape(client, TableName, shape);
  }
  if (TimeToLiveSpecification) await enableTimeToLive(client, TableName, TimeToLiveSpecification);
}

async function expectSameShape(
  client: DynamoDBClient,
  TableName: string,
  shape: TableProperties,
): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (shapeOf(Table ?? {}) === shapeOf(shape)) return;
  throw new Error(
    `the table ${TableName} is there with other keys or indexes than the template's; ` +
      'start with an empty data directory, or set SLUGLINE_DIR to another one',
  );
}

const shapeOf = ({ KeySchema, GlobalSecondaryIndexes = [] }: TableProperties | TableDescription): string =>
  JSON.stringify([
    KeySchema,
    GlobalSecondaryIndexes.map((index) => [
      index.IndexName,
      index.KeySchema,
      index.Projection?.ProjectionType,
    ]),
  ]);

async function enableTimeToLive(
  client: DynamoDBClient,
  TableName: string,
  specification: TimeToLiveSpecification,
): Promise<void> {
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  if (TimeToLiveDescription?.AttributeName === specification.AttributeName) return;
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: specification }));
}
