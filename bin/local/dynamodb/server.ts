import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { isApiError } from './api-error.ts';
import type { Emulator } from './emulator.ts';
import { runOperation } from './operations.ts';

/** The DynamoDB API over HTTP; signatures are not looked at. */
export function createDynamoDbServer(emulator: Emulator): Server {
  const server = createServer((request, response) => void serve(emulator, request, response));
  // Longer than any client keeps an idle connection, so that none is closed under a request.
  server.keepAliveTimeout = 120_000;
  return server;
}

async function serve(emulator: Emulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^DynamoDB_20120810\./, '');
    const body = JSON.parse((await buffer(request)).toString() || '{}') as object;
    answer(response, 200, await runOperation(emulator, operation, body));
  } catch (error) {
    if (isApiError(error)) return answer(response, error.statusCode, error.body);
    if (!request.complete) return void response.destroy();
    console.error('dynamodb:', error);
    answer(response, 500, {
      __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
      message: String(error),
    });
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'x-amzn-requestid': randomUUID(),
  });
  response.end(JSON.stringify(body));
}
