import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { getManyDocuments } from '../dynamodb/get-many.dynamodb.ts';
import { REFUSED } from '../dynamodb/refusals.ts';
import { transact, type Write } from '../dynamodb/transact.dynamodb.ts';
import { firstUuidAt } from '../ids.ts';
import type { Link } from './link.ts';
import { createLinks, SLUG_IS_FREE } from './link-creation.dynamodb.ts';
import {
  givenUpRulesItem,
  type LinkItem,
  linkFrom,
  linkItem,
  linkKey,
  replayFrom,
  replayKey,
  rulesItem,
  slugItem,
  tombstoneItem,
  workspaceKey,
} from './link-item.ts';
import {
  CREATIONS_AT_ONCE,
  type LinkPage,
  type LinkPageRequest,
  type LinkStore,
  type Replay,
} from './link-store.ts';
import { rulesIdOf } from './rules/rules-id.ts';
import { slugReader } from './slug-reader.ts';
import { translateConflict } from './translate-conflict.ts';

type Key = { pk: string; sk: string };

/** Batches under way at once when many links are looked up by id. */
const BATCHES_AT_ONCE = 4;

/**
 * Links in the Links table.
 * @param counters  the Workspaces table, where the monthly quota is counted; only createMany with a quota needs it
 */
export function dynamodbLinkStore(
  client: DynamoDBDocumentClient,
  table: string,
  counters?: string,
): LinkStore {
  const findItem = async (Key: Key): Promise<LinkItem | undefined> =>
    (await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item;

  const createMany: LinkStore['createMany'] = (creations, quota) => {
    if (creations.length > CREATIONS_AT_ONCE) throw new Error(`at most ${CREATIONS_AT_ONCE} links at once`);
    return createLinks(client, { links: table, counters }, creations, quota);
  };

  return {
    create: async (link) => (await createMany([{ link }]))[0] as 'created' | 'slug_taken' | 'domain_closed',
    createMany,
    findReplays: async (workspaceId, hashes, nowMs) => {
      const keys = hashes.map((hash) => replayKey(workspaceId, hash));
      const items = await findItems(client, table, keys);
      const replays = new Map<string, Replay>();
      for (const hash of hashes) {
        const item = items.get(replayKey(workspaceId, hash).sk);
        const replay = item && replayFrom(item, nowMs);
        if (replay) replays.set(hash, replay);
      }
      return replays;
    },
    find: async (workspaceId, urlId) => {
      const item = await findItem(linkKey(workspaceId, urlId));
      return item && linkFrom(item);
    },
    findMany: async (workspaceId, urlIds) => {
      const items = await findItems(
        client,
        table,
        urlIds.map((urlId) => linkKey(workspaceId, urlId)),
      );
      return new Map([...items.values()].map((item) => [item.urlId as string, linkFrom(item)]));
    },
    findSlug: slugReader(findItem).findSlug,
    replace: (before, after) => replaceLink(client, table, before, after),
    remove: async (link, nowMs) => {
      const codes = await write(client, [
        { Delete: { TableName: table, Key: linkKey(link.workspaceId, link.urlId), ...atVersion(link) } },
        { Put: { TableName: table, Item: tombstoneItem(link, nowMs), ...slugOf(link) } },
        ...puts(table, givenUpRulesItem(link, nowMs)),
      ]);
      return codes.includes(REFUSED) ? 'changed' : 'removed';
    },
    page: (request) => queryPage(client, table, request),
  };
}

/** The condition of a link item that is still as it was read. */
const atVersion = ({ version }: Link) => ({
  ConditionExpression: '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':version': version },
});

/** The condition of a slug item that leads to this link. */
const slugOf = ({ urlId }: Link) => ({
  ConditionExpression: '#kind = :link AND #urlId = :urlId',
  ExpressionAttributeNames: { '#kind': 'kind', '#urlId': 'urlId' },
  ExpressionAttributeValues: { ':link': 'link', ':urlId': urlId },
});

async function replaceLink(
  client: DynamoDBDocumentClient,
  TableName: string,
  before: Link,
  changed: Link,
): Promise<'replaced' | 'slug_taken' | 'changed'> {
  const after = { ...changed, version: before.version + 1 };
  const link = { Put: { TableName, Item: linkItem(after), ...atVersion(before) } };
  const ExpressionAttributeValues = {
    ':tombstone': 'tombstone',
    ':now': after.updatedAtMs,
    ':urlId': after.urlId,
  };
  const renamed = before.shortCode !== after.shortCode;
  const slugs: Write[] = renamed
    ? [
        { Put: { TableName, Item: slugItem(after), ...SLUG_IS_FREE, ExpressionAttributeValues } },
        { Put: { TableName, Item: tombstoneItem(before, after.updatedAtMs), ...slugOf(before) } },
      ]
    : [{ Put: { TableName, Item: slugItem(after), ...slugOf(before) } }];
  const keepsRules = !renamed && rulesIdOf(before) === rulesIdOf(after);
  // The item of the same rules may be missing: a slug that was stored before there were such items holds them itself.
  const rules = puts(
    TableName,
    rulesItem(after),
    keepsRules ? undefined : givenUpRulesItem(before, after.updatedAtMs),
  );
  // Rules are written unconditionally: their codes come last and refuse nothing.
  const [linkCode, slugCode, oldSlugCode] = await write(client, [link, ...slugs, ...rules]);
  if (linkCode === REFUSED || oldSlugCode === REFUSED) return 'changed';
  if (slugCode === REFUSED) return renamed ? 'slug_taken' : 'changed';
  return 'replaced';
}

const puts = (TableName: string, ...items: (LinkItem | undefined)[]): Write[] =>
  items.filter((item) => item !== undefined).map((Item) => ({ Put: { TableName, Item } }));

/** One transaction; the codes of its refusal. @throws Problem 'unavailable' when others kept getting in between */
const write = (client: DynamoDBDocumentClient, writes: Write[]): Promise<string[]> =>
  transact(client, writes).catch(translateConflict);

async function queryPage(
  client: DynamoDBDocumentClient,
  TableName: string,
  { workspaceId, order, after, createdUntilMs, limit, signal }: LinkPageRequest,
): Promise<LinkPage> {
  const pk = workspaceKey(workspaceId);
  const last = createdUntilMs === undefined ? 'link#~' : `link#${firstInstantOf(createdUntilMs + 1)}`;
  // DynamoDB refuses a start key outside of the range that is asked for.
  const outside = after !== undefined && `link#${after}` >= last;
  if (outside && order === 'ascending') return { links: [], next: undefined };
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': pk, ':first': 'link#', ':last': last },
      ExclusiveStartKey: after === undefined || outside ? undefined : { pk, sk: `link#${after}` },
      ScanIndexForward: order === 'ascending',
      // One more than asked for tells whether anything follows.
      Limit: limit + 1,
      ConsistentRead: true,
    }),
    signal && { abortSignal: signal },
  );
  const links = Items.slice(0, limit).map(linkFrom);
  const more = Items.length > limit || LastEvaluatedKey !== undefined;
  return { links, next: more ? (links.at(-1)?.urlId ?? after) : undefined };
}

/** The beginning that all ids of a millisecond share: it sorts before each of them. */
const firstInstantOf = (ms: number): string => firstUuidAt(ms).slice(0, 13);

/** Items by sort key; keys of one workspace's partition. */
async function findItems(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<Map<string, LinkItem>> {
  const items = await getManyDocuments(client, table, keys, BATCHES_AT_ONCE);
  return new Map(items.map((item) => [item.sk as string, item]));
}
