import type { CallItems } from '#shared/dynamodb/call-items.ts';
import { isRefused } from '#shared/dynamodb/refusals.ts';
import type { RecordedClick } from '../click.ts';
import { clickItem } from '../click-item.ts';
import { type ClickKey, dayKey, KEPT_UNTIL, lateKey } from '../click-keys.ts';
import type { RawClick } from '../read/click-reader.ts';
import type { ClickStore, RecordOptions } from './click-store.ts';

const IF_ABSENT = 'attribute_not_exists(pk)';

/**
 * Writes clicks into the Clicks table.
 * @param call  tries once: a later attempt would carry the first one's time of recording
 */
export const clickWriter = (call: CallItems, table: string): Pick<ClickStore, 'openDay' | 'record'> => ({
  openDay: (workspaceId, day, keptUntilSeconds) =>
    openDay(call, table, dayKey(workspaceId, day), keptUntilSeconds),
  record: (click, options) =>
    click.late ? putLate(call, table, click, options) : putOnTime(call, table, click, options),
});

/** An update, because the day's counters stand in the same item. */
async function openDay(
  call: CallItems,
  table: string,
  key: ClickKey,
  keptUntilSeconds: number,
): Promise<void> {
  const update = call('UpdateItem', {
    TableName: table,
    Key: keyItem(key),
    UpdateExpression: 'SET #kept = :kept',
    ConditionExpression: 'attribute_not_exists(#kept) OR #kept > :kept',
    ExpressionAttributeNames: { '#kept': KEPT_UNTIL },
    ExpressionAttributeValues: { ':kept': { N: String(keptUntilSeconds) } },
  });
  await update.catch(unlessAlreadyThere);
}

async function putOnTime(
  call: CallItems,
  table: string,
  click: RecordedClick,
  { ttlSeconds, ...until }: RecordOptions,
): Promise<'recorded' | 'already_there'> {
  const Item = clickItem(click, click.recordedAtMs, false, ttlSeconds);
  const put = { TableName: table, Item, ConditionExpression: IF_ABSENT };
  const sent = call('PutItem', put, { abortSignal: givenUp(until) });
  return sent.then(() => 'recorded', unlessAlreadyThere);
}

async function putLate(
  call: CallItems,
  table: string,
  click: RecordedClick,
  { ttlSeconds, ...until }: RecordOptions,
): Promise<'recorded' | 'already_there'> {
  const item = clickItem(click, click.recordedAtMs, true, ttlSeconds);
  const entry = keyItem(lateKey(click.workspaceId, click.recordedAtMs, click.clickId));
  const transaction = {
    TransactItems: [
      { Put: { TableName: table, Item: item, ConditionExpression: IF_ABSENT } },
      { Put: { TableName: table, Item: { ...entry, ttl: item.ttl! } } },
    ],
  };
  const sent = call('TransactWriteItems', transaction, { abortSignal: givenUp(until) });
  return sent.then(() => 'recorded', unlessAlreadyThere);
}

const givenUp = ({ abortMs, signal }: Omit<RecordOptions, 'ttlSeconds'>): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(abortMs), ...(signal ? [signal] : [])]);

const keyItem = ({ pk, sk }: ClickKey): RawClick => ({ pk: { S: pk }, sk: { S: sk } });

/** A failed condition means that the item is there; any other failure is one. */
function unlessAlreadyThere(error: unknown): 'already_there' {
  if (isRefused(error)) return 'already_there';
  throw error;
}
