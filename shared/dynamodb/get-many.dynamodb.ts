import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { eachLimited } from '../each-limited.ts';
import { retry } from '../retry.ts';
import type { ItemKey } from './call-items.ts';

type RawItem = Record<string, AttributeValue>;
type Item = Record<string, unknown>;

/** BatchGetItem takes this many keys. */
const BATCH_KEYS = 100;

/** Those of the items that exist, in any order, read strongly; a key may be given twice. */
export const getMany = (
  client: DynamoDBClient,
  table: string,
  keys: readonly ItemKey[],
  signal?: AbortSignal,
): Promise<RawItem[]> =>
  inBatches(table, keys, 1, async (batch) => {
    const Keys = batch.map(({ pk, sk }): RawItem => ({ pk: { S: pk }, sk: { S: sk } }));
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await client.send(command, signal && { abortSignal: signal });
    const left = (UnprocessedKeys?.[table]?.Keys ?? []) as RawItem[];
    return { found: Responses?.[table] ?? [], left: left.map(({ pk, sk }) => ({ pk: pk!.S!, sk: sk!.S! })) };
  });

/** The same as documents. @param batchesAtOnce  of up to 100 keys each */
export const getManyDocuments = (
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly ItemKey[],
  batchesAtOnce: number,
): Promise<Item[]> =>
  inBatches(table, keys, batchesAtOnce, async (Keys) => {
    const command = new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await client.send(command);
    return { found: Responses?.[table] ?? [], left: (UnprocessedKeys?.[table]?.Keys ?? []) as ItemKey[] };
  });

type Asked<Found> = { found: Found[]; left: ItemKey[] };

async function inBatches<Found>(
  table: string,
  keys: readonly ItemKey[],
  atOnce: number,
  ask: (batch: ItemKey[]) => Promise<Asked<Found>>,
): Promise<Found[]> {
  // One that is named twice in a batch is refused.
  const unique = [...new Map(keys.map(({ pk, sk }) => [`${pk}\n${sk}`, { pk, sk }])).values()];
  const items: Found[] = [];
  await eachLimited(chunksOf(unique, BATCH_KEYS), atOnce, async (batch) => {
    for (let left = batch; left.length > 0; ) {
      const asked = await retry(
        () => askOnce(table, left, ask),
        (error) => error instanceof NothingProcessed,
      );
      items.push(...asked.found);
      left = asked.left;
    }
  });
  return items;
}

/** DynamoDB may leave keys for another time, all of them when it throttles; it says so without an error of its own. */
async function askOnce<Found>(
  table: string,
  batch: ItemKey[],
  ask: (batch: ItemKey[]) => Promise<Asked<Found>>,
): Promise<Asked<Found>> {
  const asked = await ask(batch);
  if (asked.left.length === batch.length)
    throw new NothingProcessed(`${table} processes none of ${batch.length} keys`);
  return asked;
}

class NothingProcessed extends Error {
  override name = 'ThrottlingException';
}

const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
