import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { CallItems } from './call-items.ts';

const COMMANDS = {
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  TransactWriteItems: TransactWriteItemsCommand,
};

type AnyCommand = new (input: object) => GetItemCommand;

/** Operations on items by the SDK's client. */
export const sdkCalls =
  (client: DynamoDBClient): CallItems =>
  async (operation, input, { abortSignal } = {}) => {
    const Command = COMMANDS[operation] as unknown as AnyCommand;
    return (await client.send(new Command(input), abortSignal === undefined ? {} : { abortSignal })) as never;
  };
