import type { AwsClients } from '../aws-clients.ts';
import type { Stacks } from '../template/open-stacks.ts';
import { createBuckets } from './create-buckets.ts';
import { createQueues } from './create-queues.ts';
import { createTables } from './create-tables.ts';

/** Makes the tables, queues and buckets of both stacks that are not there yet. */
export async function createResources(clients: AwsClients, { data, service }: Stacks): Promise<void> {
  for (const stack of [data, service])
    await Promise.all([
      createTables(clients.dynamoDb, stack),
      createQueues(clients.sqs, stack),
      createBuckets(clients.s3, stack),
    ]);
}
