import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '#shared/dynamodb/call-items.ts';
import { queryAll } from '#shared/dynamodb/query-pages.dynamodb.ts';
import { REFUSED } from '#shared/dynamodb/refusals.ts';
import { transact, type Write } from '#shared/dynamodb/transact.dynamodb.ts';
import type { Preset } from './preset.ts';
import type { PresetStore } from './preset-store.ts';

type Item = Record<string, unknown>;
type Named = Pick<Preset, 'workspaceId' | 'presetId'>;

const partition = (workspaceId: string): string => `workspace#${workspaceId}`;
const PREFIX = 'preset#';
const presetKey = ({ workspaceId, presetId }: Named): ItemKey => ({
  pk: partition(workspaceId),
  sk: `${PREFIX}${presetId}`,
});

/**
 * What is true of all presets of a workspace together: how many there are, and which is the default. One place for it
 * makes a second default impossible.
 */
type Tally = { count: number; defaultId?: string };
const tallyKey = (workspaceId: string): ItemKey => ({ pk: partition(workspaceId), sk: 'presets' });

/** Presets in the Workspaces table. */
export function dynamodbPresetStore(client: DynamoDBDocumentClient, TableName: string): PresetStore {
  const get = async (Key: ItemKey): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const find: PresetStore['find'] = async (workspaceId, presetId) => {
    const keys = [presetKey({ workspaceId, presetId }), tallyKey(workspaceId)];
    const [item, tally] = await Promise.all(keys.map(get));
    return item && presetFrom(item, tally);
  };
  const rows = rowsOf(TableName);
  return {
    find,
    findDefault: async (workspaceId) => {
      const { defaultId } = ((await get(tallyKey(workspaceId))) ?? {}) as Partial<Tally>;
      const item = defaultId && (await get(presetKey({ workspaceId, presetId: defaultId })));
      return item ? presetFrom(item, { defaultId }) : undefined;
    },
    list: async (workspaceId) => {
      const items = await queryAll(client, {
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': partition(workspaceId), ':prefix': 'preset' },
        ConsistentRead: true,
      });
      const tally = items.find(({ sk }) => sk === tallyKey(workspaceId).sk);
      return items
        .filter(({ sk }) => String(sk).startsWith(PREFIX))
        .map((item) => presetFrom(item, tally))
        .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.presetId < b.presetId ? -1 : 1));
    },
    create: async (preset, most) => {
      const [own, tally] = await transact(client, [rows.put(preset, IS_NEW), rows.counted(preset, most)]);
      if (tally === REFUSED) return 'full';
      return own === REFUSED ? 'exists' : 'created';
    },
    replace: async (before, after) => {
      const writes = [rows.put(after, asRead(before)), ...rows.settled(before, after)];
      return (await transact(client, writes)).length === 0 ? 'replaced' : 'changed';
    },
    remove: async (preset) => {
      const writes = [rows.removed(preset), rows.uncounted(preset)];
      return (await transact(client, writes)).length === 0 ? 'removed' : 'changed';
    },
  };
}

function presetFrom(item: Item, tally: Item | undefined): Preset {
  const { pk: _pk, sk: _sk, ...stored } = item;
  const preset = stored as Omit<Preset, 'isDefault'>;
  return { ...preset, isDefault: tally?.defaultId === preset.presetId };
}

type Condition = { ConditionExpression: string; ExpressionAttributeValues?: Item };
const IS_NEW: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };
const asRead = ({ version }: Preset): Condition => ({
  ConditionExpression: 'version = :read',
  ExpressionAttributeValues: { ':read': version },
});

/** The parts of the transactions. */
function rowsOf(TableName: string) {
  const put = ({ isDefault: _kept, ...preset }: Preset, condition: Condition): Write => ({
    Put: { TableName, Item: { ...presetKey(preset), ...preset }, ...condition },
  });
  const removed = (preset: Preset): Write => ({
    Delete: { TableName, Key: presetKey(preset), ...asRead(preset) },
  });
  const update = ({ workspaceId }: Preset, change: Change): Write => ({
    Update: { TableName, Key: tallyKey(workspaceId), ...change },
  });
  /** One preset more, unless there are as many as there may be. */
  const counted = (preset: Preset, most: number): Write =>
    update(preset, {
      UpdateExpression: `SET #count = if_not_exists(#count, :none) + :one${preset.isDefault ? ', defaultId = :id' : ''}`,
      ConditionExpression: 'attribute_not_exists(#count) OR #count < :most',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: {
        ':none': 0,
        ':one': 1,
        ':most': most,
        ...(preset.isDefault && { ':id': preset.presetId }),
      },
    });
  const uncounted = (preset: Preset): Write =>
    update(preset, {
      UpdateExpression: `SET #count = #count - :one${preset.isDefault ? ' REMOVE defaultId' : ''}`,
      ConditionExpression: preset.isDefault
        ? 'defaultId = :id'
        : 'attribute_not_exists(defaultId) OR defaultId <> :id',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': 1, ':id': preset.presetId },
    });
  /**
   * Which preset is the default afterwards. One that was, and stays it, must still be it. Of one that was not, and stays
   * so, nothing is written: whoever makes it the default changes its version.
   */
  const settled = (before: Preset, after: Preset): Write[] => {
    if (!before.isDefault && !after.isDefault) return [];
    return [
      update(after, {
        UpdateExpression: after.isDefault ? 'SET defaultId = :id' : 'REMOVE defaultId',
        ConditionExpression: before.isDefault ? 'defaultId = :id' : 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':id': after.presetId },
      }),
    ];
  };
  return { put, removed, counted, uncounted, settled };
}

type Change = Condition & { UpdateExpression: string; ExpressionAttributeNames?: Record<string, string> };
