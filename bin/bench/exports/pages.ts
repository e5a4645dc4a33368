import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { Worker } from 'node:worker_threads';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import Papa from 'papaparse';
import { dynamodbClient } from '#shared/aws.ts';
import { CLICK_SHARDS } from '#shared/clicks/click.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { clicksLane } from '#shared/clicks/click-keys.ts';
import { dynamodbClickReader } from '#shared/clicks/read/click-reader.dynamodb.ts';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import { csvEncoder } from '#shared/exports/files/csv.ts';
import { ANALYTICS_COLUMNS } from '#shared/exports/kinds/analytics-columns.ts';
import type { Figure } from '../bench.ts';
import { plainRow } from './csv.ts';
import { interleaved } from './interleaved.ts';
import { SAMPLE_DAY_MS, SAMPLE_WORKSPACE } from './sample-clicks.ts';

const ROWS = 40_000;
const ROUNDS = 7;
const NAMES = Object.keys(ANALYTICS_COLUMNS);
const lanes = Array.from({ length: CLICK_SHARDS }, (_, shard) =>
  clicksLane({ workspaceId: SAMPLE_WORKSPACE, day: dayOf(SAMPLE_DAY_MS), shard }),
);

/** Stored clicks to CSV bytes, as the export reads them and as a program does that uses the document client. */
export async function pagesToCsv(): Promise<Figure[]> {
  const server = new Worker(new URL('./pages-server.ts', import.meta.url), { workerData: { rows: ROWS } });
  try {
    const [port] = (await once(server, 'message')) as [number];
    const config = {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    };
    const reader = dynamodbClickReader(dynamodbClient(config), 'clicks');
    const document = DynamoDBDocumentClient.from(new DynamoDBClient(config));
    const ms = await interleaved(
      {
        ours: () => expectRows(engineReads(reader)),
        document: () => expectRows(documentReads(document)),
        ownHttp: () => expectRows(ownHttpReads(port)),
      },
      ROUNDS,
    );
    return [
      figure(
        'DocumentClient + papaparse',
        ms.document / ms.ours,
        2,
        '×',
        `(${Math.round(ROWS / ms.ours)} rows/ms)`,
      ),
      figure('own HTTP + JSON.parse, no CSV', (100 * ms.ownHttp) / ms.ours, 60, ' %'),
    ];
  } finally {
    await server.terminate();
  }
}

async function expectRows(reading: Promise<number>): Promise<void> {
  const rows = await reading;
  if (rows !== ROWS) throw new Error(`${rows} rows were read instead of ${ROWS}`);
}

async function engineReads(reader: ReturnType<typeof dynamodbClickReader>): Promise<number> {
  const encode = csvEncoder(ANALYTICS_COLUMNS, NAMES, { profile: 'excel', delimiter: ',' });
  const buffer = Buffer.allocUnsafe(4 * 1024 ** 2);
  const range = {
    workspaceId: SAMPLE_WORKSPACE,
    fromMs: SAMPLE_DAY_MS,
    toMs: SAMPLE_DAY_MS + 86_400_000 - 1,
  };
  let rows = 0;
  for await (const batch of reader.read({ ...range, recordedUntilMs: SAMPLE_DAY_MS * 2 })) {
    buffer.write(encode(batch));
    rows += batch.length;
  }
  return rows;
}

async function documentReads(client: DynamoDBDocumentClient): Promise<number> {
  const buffer = Buffer.allocUnsafe(4 * 1024 ** 2);
  const readLane = async (pk: string): Promise<number> => {
    let rows = 0;
    let from: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: 'clicks',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      const items = (page.Items ?? []) as Record<string, unknown>[];
      buffer.write(
        Papa.unparse(items.map(columnsOf), { columns: NAMES, header: false, escapeFormulae: true }),
      );
      rows += items.length;
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return rows;
  };
  const rows = await Promise.all(lanes.map(readLane));
  return rows.reduce((sum, n) => sum + n, 0);
}

/** An unmarshalled item as a row with the export's columns. */
const columnsOf = (item: Record<string, unknown>): Record<string, string> =>
  plainRow(
    Object.fromEntries(
      Object.entries(item).map(([name, value]) => [
        name,
        typeof value === 'boolean' ? { BOOL: value } : { S: String(value) },
      ]),
    ) as RawClick,
  );

async function ownHttpReads(port: number): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const readLane = async (pk: string): Promise<number> => {
    let rows = 0;
    let from: unknown;
    do {
      const body = { ExpressionAttributeValues: { ':pk': { S: pk } }, ExclusiveStartKey: from };
      const page = JSON.parse((await post(port, agent, JSON.stringify(body))).toString()) as {
        Items: unknown[];
        LastEvaluatedKey?: unknown;
      };
      rows += page.Items.length;
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return rows;
  };
  const rows = await Promise.all(lanes.map(readLane));
  agent.destroy();
  return rows.reduce((sum, n) => sum + n, 0);
}

const post = (port: number, agent: Agent, body: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
    });
    sent.on('error', reject);
    sent.end(body);
  });

const figure = (against: string, measured: number, wanted: number, unit: string, more = ''): Figure => ({
  work: 'DynamoDB pages → CSV',
  against,
  measured: `${measured.toFixed(1)}${unit} ${more}`.trim(),
  wanted: `≥ ${wanted}${unit}`,
  reached: measured >= wanted,
});
