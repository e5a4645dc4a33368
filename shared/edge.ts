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

/** The secrets that the edge may send: its own and, while it is rotated, the one before. */
export const edgeSecrets = (
  env: Readonly<Record<'EDGE_SECRET' | 'EDGE_SECRET_PREVIOUS', string>>,
): readonly string[] => [env.EDGE_SECRET, env.EDGE_SECRET_PREVIOUS].filter((secret) => secret !== '');

/**
 * Whether a request came through the edge: only then are its host, address and geo headers to be believed.
 * Each secret is compared in constant time, and all of them always.
 */
export function cameThroughEdge(headers: Headers, secrets: readonly string[]): boolean {
  const got = Buffer.from(headers[EDGE_HEADERS.secret] ?? '');
  return secrets.map((secret) => isSame(got, Buffer.from(secret))).includes(true);
}

const isSame = (got: Buffer, wanted: Buffer): boolean =>
  got.length === wanted.length && timingSafeEqual(got, wanted);

/** The host that the viewer asked for, lower case, with its port if it named one. */
export const viewerHost = (headers: Headers): string => (headers[EDGE_HEADERS.host] ?? '').toLowerCase();

/** The viewer's IP address, without the port that CloudFront appends (`198.51.100.7:443`, `2001:db8::1:443`). */
export const viewerAddress = (headers: Headers): string =>
  headers[EDGE_HEADERS.address] ?? (headers[EDGE_HEADERS.addressAndPort] ?? '').replace(/:\d+$/, '');
