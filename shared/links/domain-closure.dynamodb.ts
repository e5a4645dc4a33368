import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { queryPages } from '#shared/dynamodb/query-pages.dynamodb.ts';
import { transact, type Write } from '#shared/dynamodb/transact.dynamodb.ts';
import {
  CLOCKS_MS,
  CLOSURE_SHARDS,
  type Closure,
  closureShard,
  type DomainClosure,
} from '../domains/domain-closure.ts';
import { firstUuidAt } from '../ids.ts';
import type { Link } from './link.ts';
import { workspaceKey } from './link-item.ts';
import { translateConflict } from './translate-conflict.ts';

const closureKey = (domainId: string, shard: number) => ({
  pk: `closure#${domainId}#${shard}`,
  sk: 'closure',
});

/** The part of a link's transaction that refuses it when its domain is closed. */
export const isOpen = (TableName: string, { domainId, urlId, createdAtMs }: Link): Write => ({
  ConditionCheck: {
    TableName,
    Key: closureKey(domainId, closureShard(urlId)),
    ConditionExpression: 'attribute_not_exists(pk) OR #untilMs <= :now',
    ExpressionAttributeNames: { '#untilMs': 'untilMs' },
    ExpressionAttributeValues: { ':now': createdAtMs },
  },
});

/** Closures of domains in the Links table. */
export function dynamodbDomainClosure(client: DynamoDBDocumentClient, TableName: string): DomainClosure {
  /** Writes something to all places of a domain, or nothing. */
  const everywhere = async (domainId: string, write: (key: Key) => Write): Promise<boolean> => {
    const keys = Array.from({ length: CLOSURE_SHARDS }, (_, shard) => closureKey(domainId, shard));
    const codes = await transact(client, keys.map(write)).catch(translateConflict);
    return codes.length === 0;
  };
  return {
    close: async (closure) => {
      const put = (key: Key) => ({ Put: { TableName, Item: itemOf(key, closure), ...NOT_CLOSED(closure) } });
      if (await everywhere(closure.domainId, put)) return 'closed';
      const command = new GetCommand({
        TableName,
        Key: closureKey(closure.domainId, 0),
        ConsistentRead: true,
      });
      const { sealed, untilMs } = ((await client.send(command)).Item ?? {}) as {
        sealed?: true;
        untilMs?: number;
      };
      return sealed && untilMs! > closure.nowMs ? 'sealed' : 'busy';
    },
    seal: (closure) =>
      everywhere(closure.domainId, (key) => ({
        Put: { TableName, Item: { ...itemOf(key, closure), sealed: true }, ...STILL_CLOSED(closure) },
      })),
    reopen: async ({ domainId, token }) => {
      await everywhere(domainId, (Key) => ({ Delete: { TableName, Key, ...BY_TOKEN(token) } }));
    },
    hasLinks: async ({ workspaceId, domainId, sinceMs }, isLate) => {
      const pages = queryPages(client, {
        TableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        FilterExpression: 'domainId = :domainId',
        ExpressionAttributeValues: {
          ':pk': workspaceKey(workspaceId),
          ':first': `link#${firstUuidAt(Math.max(0, sinceMs - CLOCKS_MS))}`,
          ':last': 'link#~',
          ':domainId': domainId,
        },
        Select: 'COUNT',
        ConsistentRead: true,
      });
      if (isLate()) return undefined;
      for await (const { count, isLast } of pages) {
        if (count > 0) return true;
        // What was read to its end is known, however late.
        if (!isLast && isLate()) return undefined;
      }
      return false;
    },
  };
}

type Key = ReturnType<typeof closureKey>;

/** The table's own expiry only cleans up: a closure counts until its instant. */
const itemOf = (key: Key, { token, untilMs }: Closure) => ({
  ...key,
  token,
  untilMs,
  ttl: Math.ceil(untilMs / 1000),
});

const NAMES = { '#token': 'token', '#untilMs': 'untilMs' };

const NOT_CLOSED = ({ nowMs }: Closure) => ({
  ConditionExpression: 'attribute_not_exists(pk) OR #untilMs <= :now',
  ExpressionAttributeNames: { '#untilMs': 'untilMs' },
  ExpressionAttributeValues: { ':now': nowMs },
});

const STILL_CLOSED = ({ token, nowMs }: Closure) => ({
  ConditionExpression: '#token = :token AND #untilMs > :now',
  ExpressionAttributeNames: NAMES,
  ExpressionAttributeValues: { ':token': token, ':now': nowMs },
});

const BY_TOKEN = (token: string) => ({
  ConditionExpression: '#token = :token',
  ExpressionAttributeNames: { '#token': 'token' },
  ExpressionAttributeValues: { ':token': token },
});
