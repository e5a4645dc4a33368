import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { REFUSED } from '#shared/dynamodb/refusals.ts';
import { transact, type Write } from '#shared/dynamodb/transact.dynamodb.ts';
import { isOpen } from './domain-closure.dynamodb.ts';
import { linkItem, replayItem, rulesItem, slugItem } from './link-item.ts';
import type { CreateOutcome, Creation, MonthlyQuota } from './link-store.ts';
import { rulesIdOf } from './rules/rules-id.ts';
import { translateConflict } from './translate-conflict.ts';

type Outcomes = Map<Creation, CreateOutcome>;

export type CreationTables = {
  links: string;
  /** The workspaces table, where the quota is counted. Needed by whoever creates with a quota. */
  counters: string | undefined;
};

/** Links with large rules that one transaction takes: with link and rules item they have up to 130 kB each, of 4 MB. */
const RULED_AT_ONCE = 20;

/** Of one transaction, the quota's and a look at each domain among them. */
const MAX_ACTIONS = 100;

/** How long a month's counter outlives its first use: the longest month and a day. */
const COUNTER_SECONDS = 32 * 86_400;

/** The condition of an item that takes a slug: free, given up long enough ago, or given up by this very link. */
export const SLUG_IS_FREE = {
  ConditionExpression:
    'attribute_not_exists(pk) OR (#kind = :tombstone AND (#held <= :now OR #urlId = :urlId))',
  ExpressionAttributeNames: { '#kind': 'kind', '#held': 'heldUntilMs', '#urlId': 'urlId' },
} as const;

/** Writes links with their slugs, keys and the quota, in as few transactions as their refusals allow. */
export async function createLinks(
  client: DynamoDBDocumentClient,
  tables: CreationTables,
  creations: readonly Creation[],
  quota: MonthlyQuota | undefined,
): Promise<CreateOutcome[]> {
  const outcomes: Outcomes = new Map();
  let open = [...creations];
  let left = quota?.links ?? Number.POSITIVE_INFINITY;
  while (open.length > 0) {
    // All are written or none: what stands in the way is taken out and the rest tried again.
    const next = open.slice(0, left);
    const settled =
      left > 0
        ? await createAll(client, tables, next.slice(0, fitting(next, tables)), quota)
        : beyondQuota(open);
    if (settled === 'quota_exceeded') left = await quotaLeft(client, tables, quota!);
    else for (const [creation, outcome] of settled) outcomes.set(creation, outcome);
    open = open.filter((creation) => !outcomes.has(creation));
  }
  return creations.map((creation) => outcomes.get(creation)!);
}

/** How many of the creations fit into one transaction: large rules are an item more, and large themselves. */
function fitting(creations: readonly Creation[], tables: CreationTables): number {
  let ruled = 0;
  let actions = 1;
  const domains = new Set<string>();
  const beyond = creations.findIndex((creation) => {
    if (rulesIdOf(creation.link) !== undefined) ruled += 1;
    domains.add(creation.link.domainId);
    actions += writesOf(creation, tables.links).length;
    return ruled > RULED_AT_ONCE || actions + domains.size > MAX_ACTIONS;
  });
  return beyond < 0 ? creations.length : beyond;
}

const beyondQuota = (creations: readonly Creation[]): Outcomes =>
  new Map(creations.map((creation) => [creation, 'quota_exceeded']));

/** One transaction: all are created, or the outcomes of those that stand in its way, or the quota has not so many left. */
async function createAll(
  client: DynamoDBDocumentClient,
  tables: CreationTables,
  creations: readonly Creation[],
  quota: MonthlyQuota | undefined,
): Promise<Outcomes | 'quota_exceeded'> {
  const writes = creations.map((creation) => writesOf(creation, tables.links));
  const domains = new Map(creations.map(({ link }) => [link.domainId, isOpen(tables.links, link)]));
  const TransactItems = [
    ...writes.flat(),
    ...domains.values(),
    ...(quota ? [quotaWrite(quota, creations, tables)] : []),
  ];
  const codes = await transact(client, TransactItems).catch(translateConflict);
  if (codes.length === 0) return new Map(creations.map((creation) => [creation, 'created']));
  const refused = refusedRows(creations, writes, codes);
  const closed = [...domains.keys()].filter((_, n) => codes[writes.flat().length + n] === REFUSED);
  for (const creation of creations) {
    if (closed.includes(creation.link.domainId)) refused.set(creation, 'domain_closed');
  }
  return refused.size > 0 ? refused : 'quota_exceeded';
}

function writesOf({ link, key }: Creation, TableName: string): Write[] {
  const ConditionExpression = 'attribute_not_exists(pk)';
  const nowMs = link.createdAtMs;
  const writes: Write[] = [
    { Put: { TableName, Item: linkItem(link), ConditionExpression } },
    {
      Put: {
        TableName,
        Item: slugItem(link),
        ...SLUG_IS_FREE,
        ExpressionAttributeValues: { ':tombstone': 'tombstone', ':now': nowMs, ':urlId': link.urlId },
      },
    },
  ];
  const rules = rulesItem(link);
  const rulesWrites: Write[] = rules ? [{ Put: { TableName, Item: rules } }] : [];
  if (!key) return [...writes, ...rulesWrites];
  const Item = replayItem(link.workspaceId, key.hash, key.replay, nowMs);
  return [
    ...writes,
    {
      Put: {
        TableName,
        Item,
        ConditionExpression: 'attribute_not_exists(pk) OR #expiresAtMs <= :now',
        ExpressionAttributeNames: { '#expiresAtMs': 'expiresAtMs' },
        ExpressionAttributeValues: { ':now': nowMs },
      },
    },
    ...rulesWrites,
  ];
}

const quotaKey = ({ workspaceId, month }: MonthlyQuota) => ({ pk: `limit#links#${workspaceId}`, sk: month });

function quotaWrite(
  quota: MonthlyQuota,
  creations: readonly Creation[],
  { counters }: CreationTables,
): Write {
  if (counters === undefined) throw new Error('a quota needs the table that counts it');
  return {
    Update: {
      TableName: counters,
      Key: quotaKey(quota),
      UpdateExpression: 'ADD #used :count SET #ttl = if_not_exists(#ttl, :ttl)',
      ConditionExpression: 'attribute_not_exists(#used) OR #used <= :most',
      ExpressionAttributeNames: { '#used': 'used', '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':count': creations.length,
        ':most': quota.links - creations.length,
        ':ttl': Math.ceil(creations[0]!.link.createdAtMs / 1000) + COUNTER_SECONDS,
      },
    },
  };
}

async function quotaLeft(
  client: DynamoDBDocumentClient,
  { counters }: CreationTables,
  quota: MonthlyQuota,
): Promise<number> {
  const command = new GetCommand({ TableName: counters, Key: quotaKey(quota), ConsistentRead: true });
  const { Item } = await client.send(command);
  return Math.max(0, quota.links - ((Item as { used?: number } | undefined)?.used ?? 0));
}

function refusedRows(creations: readonly Creation[], writes: readonly Write[][], codes: string[]): Outcomes {
  const refused: Outcomes = new Map();
  let at = 0;
  for (const [n, creation] of creations.entries()) {
    const [, slug, key] = codes.slice(at, at + writes[n]!.length);
    at += writes[n]!.length;
    // A used key also explains a taken slug: the link that has it came of the same key.
    if (key === REFUSED) refused.set(creation, 'key_used');
    else if (slug === REFUSED) refused.set(creation, 'slug_taken');
  }
  return refused;
}
