import { CreateBucketCommand, HeadBucketCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import type { Stack } from '../template/stack.ts';

/** Makes the buckets of a stack that are not there yet. */
export async function createBuckets(client: S3Client, stack: Stack): Promise<void> {
  await Promise.all(
    stack
      .resources('AWS::S3::Bucket')
      .map(({ id }) => createBucket(client, String(stack.attribute(id, 'Ref')))),
  );
}

async function createBucket(client: S3Client, Bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    await client.send(new CreateBucketCommand({ Bucket }));
  }
}
