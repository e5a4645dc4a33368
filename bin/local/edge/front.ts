import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Distribution } from './distribution.ts';
import { type EdgeResponse, plainResponse, readEdgeRequest } from './edge-request.ts';
import { MAX_BODY_BYTES } from './request-limits.ts';

/** Node's own limit of a head, well above those that are answered here. */
const MAX_HEAD_BYTES = 64 * 1024;

/** How long requests in hand may go on when the front closes. */
const GRACE_MS = 3000;
const IDLE_POLL_MS = 50;

/** One of the two HTTP servers. */
export interface Front {
  server: Server;
  /** Hands requests to a distribution; those that came before wait for it. */
  lead(distribution: Distribution): void;
  /** Takes no more requests and waits for those in hand. */
  close(): Promise<void>;
}

export function openFront(): Front {
  const distribution = Promise.withResolvers<Distribution>();
  const server = createServer(
    { maxHeaderSize: MAX_HEAD_BYTES, keepAliveTimeout: 65_000 },
    (request, response) => {
      serve(distribution.promise, request, response).catch((error) => {
        console.error(`${request.method} ${request.url}:`, error);
        response.destroy();
      });
    },
  );
  let closed: Promise<void> | undefined;
  return {
    server,
    lead: distribution.resolve,
    close: () => {
      closed ??= closeServer(server);
      return closed;
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  // Connections become idle one by one, as the requests in hand are answered.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_POLL_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(late);
  clearInterval(idle);
}

async function serve(
  distribution: Promise<Distribution>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request).catch(() => 'gone' as const);
  if (body === 'gone') return void response.destroy();
  if (!body) return send(response, plainResponse(413, '{"message":"Request Entity Too Large"}'));
  const answer = await distribution;
  await send(response, await answer(readEdgeRequest(request), body));
}

/** @returns undefined for a body above the limit, which is read to its end so that the client sees the answer */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

async function send(response: ServerResponse, { status, headers, body }: EdgeResponse): Promise<void> {
  const kept = headers.filter(([name]) => !/^(?:content-length|transfer-encoding)$/i.test(name));
  const hasLength = Buffer.isBuffer(body) && status !== 204 && status !== 304;
  if (hasLength) kept.push(['content-length', String(body.length)]);
  try {
    response.writeHead(status, kept.flat());
  } catch {
    return send(response, plainResponse(500, '{"message":"Internal Server Error"}'));
  }
  if (Buffer.isBuffer(body)) return void response.end(body);
  // A source that fails destroys the connection, so that a broken file never ends as if it were whole.
  await pipeline(body, response).catch(() => response.destroy());
}
