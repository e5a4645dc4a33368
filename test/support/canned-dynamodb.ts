import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { dynamodbClient } from '#shared/aws.ts';

/** What DynamoDB is asked: the operation by its name, and the body of the request. */
export type CannedRequest = { operation: string; body: Record<string, unknown> };
/** What it answers; 200 and the present `Date` unless said. */
export type CannedAnswer = { status?: number; body: object; headers?: Record<string, string> };

/** A DynamoDB that answers what a test says, over HTTP: for what no emulator does when it is asked to. */
export async function openCannedDynamodb(
  answer: (request: CannedRequest, at: number) => CannedAnswer,
  config: DynamoDBClientConfig = {},
): Promise<{ endpoint: string; client: DynamoDBClient; requests: CannedRequest[]; close(): Promise<void> }> {
  const requests: CannedRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1]!;
    requests.push({ operation, body: JSON.parse(await textOf(incoming)) });
    const { status = 200, body, headers = {} } = answer(requests.at(-1)!, requests.length - 1);
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
    outgoing.end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = dynamodbClient({ endpoint, ...config });
  const close = async () => {
    client.destroy();
    await new Promise((closed) => server.close(closed));
  };
  return { endpoint, client, requests, close };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
