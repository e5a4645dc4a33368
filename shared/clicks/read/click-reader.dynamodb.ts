import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbClickPages } from './click-pages.dynamodb.ts';
import type { ClickReader } from './click-reader.ts';
import { clickReader } from './read-clicks.ts';

/**
 * The click reader over the Clicks table.
 * @param client  from shared/aws.ts: the SDK's logger middleware would walk every answer
 */
export const dynamodbClickReader = (client: DynamoDBClient, table: string): ClickReader =>
  clickReader(dynamodbClickPages(client, table));
