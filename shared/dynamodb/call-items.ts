import type {
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';

type Operations = {
  GetItem: { input: GetItemCommandInput; output: GetItemCommandOutput };
  PutItem: { input: PutItemCommandInput; output: PutItemCommandOutput };
  UpdateItem: { input: UpdateItemCommandInput; output: UpdateItemCommandOutput };
  TransactWriteItems: { input: TransactWriteItemsCommandInput; output: TransactWriteItemsCommandOutput };
};

/**
 * DynamoDB's operations on single items, as a redirect needs them: by the SDK, or without it.
 * @throws an error whose `name` is the service's, such as `ConditionalCheckFailedException`
 */
export type CallItems = <Operation extends keyof Operations>(
  operation: Operation,
  input: Operations[Operation]['input'],
  options?: { abortSignal?: AbortSignal | undefined },
) => Promise<Omit<Operations[Operation]['output'], '$metadata'>>;

/** The keys of every table. */
export type ItemKey = { pk: string; sk: string };

/** An item in document form; undefined when there is none. Strongly consistent. */
export type FindItem = (key: ItemKey) => Promise<Record<string, unknown> | undefined>;
