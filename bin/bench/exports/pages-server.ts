/** A DynamoDB that answers queries for stored clicks from memory, in a thread of its own: it costs the reader nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { dayOf } from '#shared/clicks/click-day.ts';
import { clickMs, clickShard } from '#shared/clicks/click-id.ts';
import { clicksLane, dayKey } from '#shared/clicks/click-keys.ts';
import type { RawClick } from '#shared/clicks/read/click-reader.ts';
import { SAMPLE_WORKSPACE, sampleClicks } from './sample-clicks.ts';

/** What a query may answer. */
const PAGE_BYTES = 1024 ** 2;

type Query = {
  ExpressionAttributeValues: Record<string, { S: string }>;
  ExclusiveStartKey?: { sk: { S: string } };
  Limit?: number;
};

const lanes = new Map<string, RawClick[]>();
for (const click of sampleClicks((workerData as { rows: number }).rows)) {
  const id = click.sk!.S!;
  const day = dayOf(clickMs(id));
  const pk = clicksLane({ workspaceId: SAMPLE_WORKSPACE, day, shard: clickShard(id) });
  lanes.set(pk, [...(lanes.get(pk) ?? []), click]);
  const { pk: days } = dayKey(SAMPLE_WORKSPACE, day);
  lanes.set(days, [{ pk: { S: days }, sk: { S: day } }]);
}

const pages = new Map<string, string>();

function answer({ ExpressionAttributeValues, ExclusiveStartKey, Limit = 1e9 }: Query): string {
  const pk = Object.values(ExpressionAttributeValues)[0]!.S;
  const after = ExclusiveStartKey?.sk.S ?? '';
  const key = `${pk} ${after} ${Limit}`;
  const known = pages.get(key) ?? pageOf(lanes.get(pk) ?? [], after, Limit);
  pages.set(key, known);
  return known;
}

function pageOf(lane: readonly RawClick[], after: string, limit: number): string {
  const left = lane.filter(({ sk }) => sk!.S! > after);
  const items: RawClick[] = [];
  for (let bytes = 0; items.length < Math.min(limit, left.length) && bytes < PAGE_BYTES; ) {
    const item = left[items.length]!;
    items.push(item);
    bytes += JSON.stringify(item).length * 0.8;
  }
  const last = items.at(-1);
  const more = items.length < left.length ? { LastEvaluatedKey: { pk: last!.pk, sk: last!.sk } } : {};
  return JSON.stringify({ Count: items.length, ScannedCount: items.length, Items: items, ...more });
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = answer(JSON.parse(Buffer.concat(chunks).toString()) as Query);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => parentPort!.postMessage((server.address() as AddressInfo).port));
