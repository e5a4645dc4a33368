import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_ENVIRONMENT, REGION } from './aws-environment.ts';
import type { Endpoints } from './emulators.ts';

export interface AwsClients {
  dynamoDb: DynamoDBClient;
  s3: S3Client;
  sqs: SQSClient;
  destroy(): void;
}

/** Clients for the stack itself, whatever the environment says. */
export function openAwsClients(endpoints: Endpoints): AwsClients {
  const shared = {
    region: REGION,
    credentials: {
      accessKeyId: AWS_ENVIRONMENT.AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_ENVIRONMENT.AWS_SECRET_ACCESS_KEY,
    },
  };
  const dynamoDb = new DynamoDBClient({ ...shared, endpoint: endpoints.AWS_ENDPOINT_URL_DYNAMODB });
  const s3 = new S3Client({ ...shared, endpoint: endpoints.AWS_ENDPOINT_URL_S3, forcePathStyle: true });
  const sqs = new SQSClient({
    ...shared,
    endpoint: endpoints.AWS_ENDPOINT_URL_SQS,
    useQueueUrlAsEndpoint: false,
  });
  return { dynamoDb, s3, sqs, destroy: () => [dynamoDb, s3, sqs].forEach((client) => void client.destroy()) };
}
