import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isRefused } from '#shared/dynamodb/refusals.ts';
import { SECRETS_KEY as KEY, type SecretStore, type SecretVersion, versionsFrom } from './secret-store.ts';

/** The deployment secret in the Workspaces table, as one item. */
export function dynamodbSecretStore(database: DynamoDBDocumentClient, table: string): SecretStore {
  return {
    read: async () => {
      const command = new GetCommand({ TableName: table, Key: KEY, ConsistentRead: true });
      const { Item } = await database.send(command);
      return versionsFrom(Item);
    },
    replace: async (before, after) => {
      try {
        await database.send(
          new PutCommand({
            TableName: table,
            Item: { ...KEY, newest: newest(after), versions: after },
            ...(before.length === 0
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: 'newest = :newest',
                  ExpressionAttributeValues: { ':newest': newest(before) },
                }),
          }),
        );
        return true;
      } catch (error) {
        if (isRefused(error)) return false;
        throw error;
      }
    },
  };
}

const newest = (versions: readonly SecretVersion[]): number => versions[0]?.version ?? 0;
