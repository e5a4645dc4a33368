import { validationError } from './api-error.ts';
import { checkRequest, getTable, type Item, type RequestData } from './dynalite.ts';
import type { Emulator } from './emulator.ts';
import { isConditionFailure, writeItem } from './write-items.ts';

interface TimeToLiveRequest {
  TableName: string;
  TimeToLiveSpecification: { AttributeName: string; Enabled: boolean };
}

/** UpdateTimeToLive; asking for what is already so is refused, as on AWS. */
export async function updateTimeToLive({ store, timeToLive }: Emulator, request: TimeToLiveRequest) {
  await getTable(store, request.TableName);
  const { AttributeName, Enabled } = request.TimeToLiveSpecification;
  if (Boolean(timeToLive.attributeOf(request.TableName)) === Enabled)
    throw validationError(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
  if (Enabled) await timeToLive.enable(request.TableName, AttributeName);
  else await timeToLive.disable(request.TableName);
  return { TimeToLiveSpecification: request.TimeToLiveSpecification };
}

/** DescribeTimeToLive; there is no ENABLING here, it is enabled at once. */
export async function describeTimeToLive({ store, timeToLive }: Emulator, request: { TableName: string }) {
  await getTable(store, request.TableName);
  const AttributeName = timeToLive.attributeOf(request.TableName);
  const TimeToLiveDescription = AttributeName
    ? { TimeToLiveStatus: 'ENABLED', AttributeName }
    : { TimeToLiveStatus: 'DISABLED' };
  return { TimeToLiveDescription };
}

/** DeleteTable, with its expiry. */
export async function forgetTimeToLive({ timeToLive }: Emulator, table: string): Promise<void> {
  if (timeToLive.attributeOf(table)) await timeToLive.disable(table);
}

/** Deletes whatever has expired, in every table that expires items; AWS takes up to days for it. */
export async function expireItems(emulator: Emulator): Promise<void> {
  const nowSeconds = Math.floor(emulator.now() / 1000);
  for (const table of emulator.timeToLive.tables)
    for await (const item of emulator.timeToLive.due(table, nowSeconds))
      await expireItem(emulator, { table, item, nowSeconds });
}

interface Expiry {
  table: string;
  item: Item;
  nowSeconds: number;
}

async function expireItem(emulator: Emulator, { table, item, nowSeconds }: Expiry): Promise<void> {
  const attribute = emulator.timeToLive.attributeOf(table);
  if (!attribute) return;
  const { KeySchema } = await getTable(emulator.store, table);
  const request = {
    TableName: table,
    Key: Object.fromEntries(KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]!])),
    ConditionExpression: '#ttl < :now',
    ExpressionAttributeNames: { '#ttl': attribute },
    ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
  };
  const data: RequestData = checkRequest('DeleteItem', request, emulator.store);
  try {
    await writeItem(emulator, 'DeleteItem', data);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
