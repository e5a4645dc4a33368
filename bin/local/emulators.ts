import { join } from 'node:path';
import { type Child, startChild } from './children/start-child.ts';

/** The AWS endpoints that the stack and its functions use. */
export interface Endpoints {
  AWS_ENDPOINT_URL_DYNAMODB: string;
  AWS_ENDPOINT_URL_S3: string;
  AWS_ENDPOINT_URL_SQS: string;
}

export interface Emulators {
  endpoints: Endpoints;
  pids: number[];
  stop(): Promise<void>;
}

interface EmulatorOptions {
  /** Where they keep their data; without it they keep it in memory. */
  dir?: string;
  /** Endpoints that are somewhere else already: nothing is started for these. */
  elsewhere?: Partial<Endpoints>;
}

/** Starts DynamoDB, and S3 with SQS, each in a process of its own on a free loopback port. */
export async function startEmulators({ dir, elsewhere = {} }: EmulatorOptions = {}): Promise<Emulators> {
  const {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SQS: sqs,
  } = elsewhere;
  const dynamoDbOptions = dir ? { path: join(dir, 'dynamodb') } : {};
  const fauxqsOptions = dir ? { dataDir: join(dir, 'sqs'), s3StorageDir: join(dir, 's3') } : {};
  const starting = await Promise.allSettled([
    dynamoDb ? undefined : startChild('dynamodb', dynamoDbOptions),
    s3 && sqs ? undefined : startChild('fauxqs', fauxqsOptions),
  ]);
  const [dynamoDbChild, fauxqsChild] = starting.map((one) =>
    one.status === 'fulfilled' ? one.value : undefined,
  );
  const children = [dynamoDbChild, fauxqsChild].filter((child) => child !== undefined);
  const stop = async () => void (await Promise.all(children.map((child) => child.stop())));
  const failed = starting.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb ?? urlOf(dynamoDbChild),
      AWS_ENDPOINT_URL_S3: s3 ?? urlOf(fauxqsChild),
      AWS_ENDPOINT_URL_SQS: sqs ?? urlOf(fauxqsChild),
    },
    pids: children.map(({ pid }) => pid),
    stop,
  };
}

const urlOf = (child: Child | undefined) => `http://127.0.0.1:${child?.port}`;
