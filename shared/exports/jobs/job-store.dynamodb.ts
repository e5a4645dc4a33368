import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type QueryCommandInput,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { queryAll } from '#shared/dynamodb/query-pages.dynamodb.ts';
import { isConflict, isRefused, retryConflicts } from '#shared/dynamodb/refusals.ts';
import type { ExportJob, IdempotencyRow, IdRun, JobRecord, ListRun, Segment, Slots } from './job.ts';
import {
  dueShard,
  idempotencySk,
  idRunSk,
  jobSk,
  keyOf,
  listRunSk,
  type RowKey,
  SLOTS_SK,
  segmentSk,
  segmentsPk,
  ttlSeconds,
  workspacePk,
} from './job-rows.ts';
import { DUE_INDEX, type JobStore } from './job-store.ts';
import { asStoredToday } from './stored-records.ts';

type Row = RowKey & { version: number; token: string; data: JobRecord };

const HIGHEST_N = 999_999;

/**
 * Export jobs in the Jobs table. A record is one item: its members under `data`, beside them the version that the
 * next writer must name, the token of the last writer and the keys of the due index.
 */
export function dynamodbJobStore(client: DynamoDBDocumentClient, table: string): JobStore {
  const get = async <R extends JobRecord>(key: RowKey): Promise<R | undefined> =>
    recordOf(await getRow(client, table, key)) as R | undefined;
  const all = async <R extends JobRecord>(pk: string, from: string, to: string): Promise<R[]> => {
    const rows = await rowsOf(client, between(table, pk, from, to));
    return rows.map((row) => recordOf(row) as R);
  };

  return {
    findJob: (workspaceId, jobId) => get<ExportJob>({ pk: workspacePk(workspaceId), sk: jobSk(jobId) }),
    findSegment: (jobId, n) => get<Segment>({ pk: segmentsPk(jobId), sk: segmentSk(n) }),
    findSlots: (workspaceId) => get<Slots>({ pk: workspacePk(workspaceId), sk: SLOTS_SK }),
    findIdempotency: (workspaceId, keyHash) =>
      get<IdempotencyRow>({ pk: workspacePk(workspaceId), sk: idempotencySk(keyHash) }),
    segments: (jobId) => all<Segment>(segmentsPk(jobId), segmentSk(0), segmentSk(HIGHEST_N)),
    idRuns: (jobId) => all<IdRun>(segmentsPk(jobId), idRunSk(0), 'ids#~'),
    listRuns: (jobId) => all<ListRun>(segmentsPk(jobId), listRunSk(0), 'lists#~'),

    async jobs(workspaceId, { before, limit }) {
      const pk = workspacePk(workspaceId);
      const rows = await rowsOf(
        client,
        {
          ...beginning(table, pk, jobSk('')),
          ScanIndexForward: false,
          ExclusiveStartKey: before === undefined ? undefined : { pk, sk: jobSk(before) },
        },
        limit + 1,
      );
      const jobs = rows.slice(0, limit).map((row) => recordOf(row) as ExportJob);
      return { jobs, next: rows.length > limit ? jobs.at(-1)?.jobId : undefined };
    },

    async due(shard, nowMs, limit) {
      const rows = await rowsOf(
        client,
        {
          TableName: table,
          IndexName: DUE_INDEX,
          KeyConditionExpression: 'due_shard = :shard AND due_at <= :now',
          ExpressionAttributeValues: { ':shard': String(shard), ':now': nowMs },
        },
        limit,
      );
      return rows.map((row) => recordOf(row) as ExportJob | Segment);
    },

    write: (records, token) =>
      records.length === 1
        ? put(client, putOf(table, records[0]!, token))
        : transact(
            client,
            records.map((record) => putOf(table, record, token)),
            token,
          ),

    writtenBy: async (record) => (await getRow(client, table, keyOf(record)))?.token,
  };
}

const recordOf = (row: Row | undefined): JobRecord | undefined => row && asStoredToday(row.data);

async function getRow(
  client: DynamoDBDocumentClient,
  table: string,
  { pk, sk }: RowKey,
): Promise<Row | undefined> {
  const command = new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true });
  return (await client.send(command)).Item as Row | undefined;
}

const between = (table: string, pk: string, from: string, to: string): QueryCommandInput => ({
  TableName: table,
  ConsistentRead: true,
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
  ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
});

const beginning = (table: string, pk: string, prefix: string): QueryCommandInput => ({
  TableName: table,
  ConsistentRead: true,
  KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
  ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
});

/** The rows of a query, at most `limit`. */
const rowsOf = async (
  client: DynamoDBDocumentClient,
  input: QueryCommandInput,
  limit?: number,
): Promise<Row[]> => (await queryAll(client, input, limit === undefined ? {} : { limit })) as Row[];

type Put = ReturnType<typeof putOf>;

function putOf(table: string, record: JobRecord, token: string) {
  const key = keyOf(record);
  const version = record.version + 1;
  return {
    TableName: table,
    Item: {
      ...key,
      version,
      token,
      ttl: ttlSeconds(record),
      ...dueOf(record, key),
      data: { ...record, version },
    },
    ...(record.version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': record.version },
        }),
  };
}

const dueOf = (record: JobRecord, key: RowKey): object =>
  'dueAtMs' in record && record.dueAtMs !== null
    ? { due_shard: String(dueShard(key)), due_at: record.dueAtMs }
    : {};

async function put(client: DynamoDBDocumentClient, input: Put): Promise<'written' | 'changed'> {
  return write(() => client.send(new PutCommand(input)));
}

async function transact(
  client: DynamoDBDocumentClient,
  puts: Put[],
  token: string,
): Promise<'written' | 'changed'> {
  const TransactItems = puts.map((input) => ({ Put: input }));
  return write(() => client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken: token })));
}

/**
 * A refusal for a conflict is retried a little: the other writer may have failed. After that it counts as a change,
 * since whoever conflicts with us is writing what we have read.
 */
async function write(attempt: () => Promise<unknown>): Promise<'written' | 'changed'> {
  try {
    await retryConflicts(attempt, { attempts: 3, baseMs: 10 });
    return 'written';
  } catch (error) {
    if (isRefused(error) || isConflict(error)) return 'changed';
    throw error;
  }
}
