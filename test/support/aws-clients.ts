import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Clients of the emulators that the global setup started. */
export const openDynamoDb = () => new DynamoDBClient();
export const openDatabase = () => DynamoDBDocumentClient.from(openDynamoDb());
export const openSqs = () => new SQSClient({ useQueueUrlAsEndpoint: false });
export const openS3 = () => new S3Client({ forcePathStyle: true });
