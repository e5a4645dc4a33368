import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { documentClient, dynamodbClient } from '#shared/aws.ts';
import type { Click } from '#shared/clicks/click.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { clickMs } from '#shared/clicks/click-id.ts';
import { dynamodbClickPages } from '#shared/clicks/read/click-pages.dynamodb.ts';
import type { ClickPages } from '#shared/clicks/read/click-pages.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import type { ClickStore } from '#shared/clicks/record/click-store.ts';
import { dynamodbConversionStore } from '#shared/conversions/conversion-store.dynamodb.ts';
import type { ConversionStore } from '#shared/conversions/conversion-store.ts';
import { dynamodbClickRemover } from '#shared/erasure/click-remover.dynamodb.ts';
import type { ClickRemover } from '#shared/erasure/erase.ts';
import { dynamodbCellReader } from '#shared/roll-ups/cell-reader.dynamodb.ts';
import type { CellReader } from '#shared/roll-ups/cell-reader.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import type { RollUpStore } from '#shared/roll-ups/roll-up-store.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';
import type { TotalsReader } from '#shared/roll-ups/totals.ts';
import {
  MemoryClicks,
  memoryCellReader,
  memoryClickPages,
  memoryClickRemover,
  memoryClickStore,
  memoryRollUpStore,
  memoryTotalsReader,
} from './memory/click-store.ts';
import { memoryConversionStore } from './memory/conversion-store.ts';
import { openTables } from './resources.ts';

/** All that is stored of clicks, in one place. */
export type ClickStores = {
  store: ClickStore;
  pages: ClickPages;
  rollUps: RollUpStore;
  totals: TotalsReader;
  cells: CellReader;
  remover: ClickRemover;
  conversions: ConversionStore;
};

export function openMemoryClicks(memory = new MemoryClicks()): ClickStores {
  return {
    store: memoryClickStore(memory),
    pages: memoryClickPages(memory),
    rollUps: memoryRollUpStore(memory),
    totals: memoryTotalsReader(memory),
    cells: memoryCellReader(memory),
    remover: memoryClickRemover(memory),
    conversions: memoryConversionStore(memory),
  };
}

export async function openDynamodbClicks(
  client: DynamoDBClient = dynamodbClient(),
): Promise<ClickStores & { table: string; workspacesTable: string }> {
  const tables = await openTables();
  return {
    table: tables.clicks,
    workspacesTable: tables.workspaces,
    store: dynamodbClickStore(client, tables.clicks),
    pages: dynamodbClickPages(client, tables.clicks),
    rollUps: dynamodbRollUpStore(client, tables),
    totals: dynamodbTotalsReader(client, tables.clicks),
    cells: dynamodbCellReader(client, tables.clicks),
    remover: dynamodbClickRemover(client, tables.clicks),
    conversions: dynamodbConversionStore(client, documentClient(client), tables.clicks),
  };
}

/** Both kinds of stores, for `describe.each`. */
export const CLICK_STORES: [string, () => Promise<ClickStores>][] = [
  ['in memory', async () => openMemoryClicks()],
  ['on DynamoDB', () => openDynamodbClicks()],
];

/** Far enough ahead that no emulator deletes it. */
const TTL_SECONDS = 4_000_000_000;

/**
 * Writes a click as the consumer would have at an instant; one second after it was made unless given.
 * Late as the caller says: here no clock decides.
 */
export async function recordAt(
  { store }: Pick<ClickStores, 'store'>,
  click: Click,
  { recordedAtMs = clickMs(click.clickId) + 1_000, late = false } = {},
): Promise<'recorded' | 'already_there'> {
  const days = [dayOf(clickMs(click.clickId)), ...(late ? [dayOf(recordedAtMs)] : [])];
  for (const day of days) await store.openDay(click.workspaceId, day, TTL_SECONDS);
  const options = { ttlSeconds: TTL_SECONDS, abortMs: 20_000 };
  return store.record({ ...click, recordedAtMs, late }, options);
}
