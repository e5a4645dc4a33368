import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { bootstrapWorkspace, type Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { SHORT_DOMAIN } from './edge/open-fronts.ts';
import { readLocalFile, writeLocalFile } from './local-file.ts';

interface Opening {
  dir: string;
  apiUrl: string;
  shortUrl: string;
  dynamoDb: DynamoDBClient;
  /** The Workspaces table. */
  table: string;
}

/**
 * The workspace of this data directory, its key and secret as before while `local.json` has them; writes the file.
 * @returns also whether there was no such file before
 */
export async function openWorkspace(opening: Opening): Promise<Credentials & { isNew: boolean }> {
  const { dir, apiUrl, shortUrl, dynamoDb, table } = opening;
  const existing = await readLocalFile(dir);
  const credentials = await bootstrapWorkspace({
    database: DynamoDBDocumentClient.from(dynamoDb, { marshallOptions: { removeUndefinedValues: true } }),
    table,
    now: Date.now,
    host: SHORT_DOMAIN,
    workspaceName: 'Local workspace',
    existing,
  });
  await writeLocalFile(dir, { apiUrl, shortUrl, ...credentials });
  return { ...credentials, isNew: existing === undefined };
}
