import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { newUuid } from '../ids.ts';
import { cancellationCodes, REFUSED, retryConflicts } from './refusals.ts';

export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * One transaction, none when there is nothing to write, again while it only conflicts with others. Its token makes an
 * attempt whose answer was lost count as the same.
 * @returns no codes when all is written; each write's, of which one or several are REFUSED, when nothing is
 * @throws any error but the refusal of a condition
 */
export async function transact(client: DynamoDBDocumentClient, TransactItems: Write[]): Promise<string[]> {
  if (TransactItems.length === 0) return [];
  const command = { TransactItems, ClientRequestToken: newUuid() };
  try {
    await retryConflicts(() => client.send(new TransactWriteCommand(command)));
    return [];
  } catch (error) {
    const codes = cancellationCodes(error);
    if (codes?.includes(REFUSED)) return codes;
    throw error;
  }
}
