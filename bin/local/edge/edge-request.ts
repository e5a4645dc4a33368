import type { IncomingMessage } from 'node:http';

/** A request on its way from the viewer to an origin. */
export interface EdgeRequest {
  method: string;
  /** As sent, percent-encoded. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  /** Names in lower case; a repeated header is joined by commas, cookies by semicolons. */
  headers: Map<string, string>;
  viewer: { ip: string; port: number };
}

/** What goes back to the viewer; a stream that fails in the middle breaks the connection. */
export interface EdgeResponse {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer | AsyncIterable<Buffer>;
}

/** Answers requests that CloudFront sends on. */
export type Origin = (request: EdgeRequest, body: Buffer) => Promise<EdgeResponse>;

/** A short answer of the infrastructure itself. */
export const plainResponse = (
  status: number,
  body: string,
  contentType = 'application/json',
): EdgeResponse => ({
  status,
  headers: [['content-type', contentType]],
  body: Buffer.from(body),
});

/**
 * Reads the head of a request. The viewer's address is the socket's, unless a client that plays the edge
 * sends `cloudfront-viewer-address: <ip>:<port>`.
 */
export function readEdgeRequest(request: IncomingMessage): EdgeRequest {
  const [path = '/', query = ''] = splitAt(request.url ?? '/', '?');
  const headers = joinHeaders(request.rawHeaders);
  return { method: request.method ?? 'GET', path, query, headers, viewer: viewerOf(request, headers) };
}

function joinHeaders(rawHeaders: string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    const value = rawHeaders[index + 1]!;
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`);
  }
  return headers;
}

function viewerOf({ socket }: IncomingMessage, headers: Map<string, string>): EdgeRequest['viewer'] {
  const sent = headers.get('cloudfront-viewer-address');
  const [, ip, port] = /^(.+):(\d{1,5})$/.exec(sent ?? '') ?? [];
  if (ip && port) return { ip, port: Number(port) };
  return { ip: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
}

const splitAt = (whole: string, separator: string): [string, string] => {
  const at = whole.indexOf(separator);
  return at < 0 ? [whole, ''] : [whole.slice(0, at), whole.slice(at + separator.length)];
};
