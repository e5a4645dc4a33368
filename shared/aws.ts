import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { InvocationTime } from './invocation-time.ts';

/**
 * A DynamoDB client without the SDK's logger middleware, which walks every response even when nothing is logged:
 * without it raw queries are several times faster.
 */
export function dynamodbClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient(config);
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

/**
 * Undefined members are left out instead of refused. An object is a map whatever its keys are: the SDK asks a member
 * `constructor` for the class of its object, and would refuse one that has such a key.
 */
const marshallOptions = { removeUndefinedValues: true, convertClassInstanceToMap: true };

/** The document form of a client. */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  const document = DynamoDBDocumentClient.from(client, { marshallOptions });
  document.middlewareStack.remove('loggerMiddleware');
  return document;
}

/** Endpoints other than AWS answer under their own host, so the bucket goes into the path there. */
export const s3Client = (): S3Client =>
  new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined });

/** Queue URLs name AWS's hosts or the emulator's; the configured endpoint decides where requests go. */
export const sqsClient = (): SQSClient =>
  new SQSClient({ useQueueUrlAsEndpoint: process.env.AWS_ENDPOINT_URL_SQS === undefined });

type Bounded = { config: { requestHandler: { handle(request: never, options?: object): unknown } } };

/**
 * A client whose requests end with the invocation they were made in: at its deadline those under way are aborted, and
 * none is begun any more.
 */
export function bounded<Client extends Bounded>(
  client: Client,
  time: Pick<InvocationTime, 'signal'>,
): Client {
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request: never, options: { abortSignal?: AbortSignal } = {}) => {
    const own = options.abortSignal;
    const abortSignal = own === undefined ? time.signal : AbortSignal.any([own, time.signal]);
    return handle(request, { ...options, abortSignal });
  };
  return client;
}
