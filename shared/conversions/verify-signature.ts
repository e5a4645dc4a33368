import { createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '#shared/problem.ts';

/** How far the sender's clock and ours may be apart, the way included. */
const TOLERANCE_SECONDS = 300;

export type SignedRequest = {
  /** X-Nim-Timestamp and X-Nim-Signature, undefined when absent. */
  timestamp: string | undefined;
  signature: string | undefined;
  rawBody: Buffer;
};

/**
 * Lets a request pass that one of the secrets signed within the last minutes: HMAC-SHA256 over `timestamp.body`.
 * A header that was sent twice arrives as a list, and a list is no signature.
 * @throws Problem 'unauthorized'
 */
export function verifySignature(
  { timestamp, signature, rawBody }: SignedRequest,
  secrets: readonly string[],
  nowMs: number,
): void {
  if (timestamp === undefined || signature === undefined) {
    throw refused('X-Nim-Timestamp and X-Nim-Signature are required; an API key does not stand in for them');
  }
  if (!/^\d{1,12}$/.test(timestamp)) throw refused('X-Nim-Timestamp is no number of seconds since 1970');
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) {
    throw refused(`X-Nim-Timestamp is more than ${TOLERANCE_SECONDS} seconds from now`);
  }
  const [, hex] = /^v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (hex === undefined) throw refused('X-Nim-Signature is not v1= and 64 lower-case hex digits');
  const given = Buffer.from(hex, 'hex');
  const matches = secrets.map((secret) => timingSafeEqual(signatureOf(secret, timestamp, rawBody), given));
  if (!matches.includes(true)) throw refused('X-Nim-Signature fits none of the secrets of this workspace');
}

const refused = (message: string): Problem => new Problem('unauthorized', `${message}.`);

const signatureOf = (secret: string, timestamp: string, rawBody: Buffer): Buffer =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
