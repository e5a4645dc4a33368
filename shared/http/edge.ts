import { timingSafeEqual } from 'node:crypto';

/** Header names, in lower case, as the edge adds them. */
export const EDGE_HEADERS = {
  secret: 'x-slugline-edge',
  host: 'x-slugline-host',
  authorization: 'x-slugline-authorization',
  /** Written by the edge's own function, without a port, where CloudFront's header cannot be forwarded. */
  address: 'x-slugline-viewer-address',
  /** Written by CloudFront, with a port. */
  addressAndPort: 'cloudfront-viewer-address',
} as const;

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Whether a request came through the edge: only then are its host, address and geo headers to be believed.
 * Compared in constant time.
 */
export function cameThroughEdge(headers: Headers, edgeSecret: string): boolean {
  const got = Buffer.from(headers[EDGE_HEADERS.secret] ?? '');
  const wanted = Buffer.from(edgeSecret);
  return got.length === wanted.length && timingSafeEqual(got, wanted);
}

/** The host that the viewer asked for, lower case, with its port if it named one. */
export const viewerHost = (headers: Headers): string => (headers[EDGE_HEADERS.host] ?? '').toLowerCase();

/** The viewer's IP address, without the port that CloudFront appends (`198.51.100.7:443`, `2001:db8::1:443`). */
export const viewerAddress = (headers: Headers): string =>
  headers[EDGE_HEADERS.address] ?? (headers[EDGE_HEADERS.addressAndPort] ?? '').replace(/:\d+$/, '');
