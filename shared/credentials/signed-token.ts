import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Secrets } from './secrets.ts';

/**
 * A signed, readable, expiring token for URLs and cookies: `<payload>.<signature>`, both base64url.
 * The payload is not hidden: no secret belongs in it.
 * @param purpose  a token of one purpose is none of another
 */
export async function signToken(
  secrets: Secrets,
  purpose: string,
  payload: object,
  expiresAtMs: number,
): Promise<string> {
  const { current } = await secrets.derive(`token/${purpose}`);
  const content = Buffer.from(JSON.stringify({ payload, expiresAtMs })).toString('base64url');
  return `${content}.${signature(current, content).toString('base64url')}`;
}

/** The payload of a token that this deployment signed for this purpose and that has not expired; else undefined. */
export async function openToken<Payload extends object>(
  secrets: Secrets,
  purpose: string,
  token: string,
  nowMs: number,
): Promise<Payload | undefined> {
  const [, content, given] = /^([\w-]+)\.([\w-]{43})$/.exec(token) ?? [];
  if (content === undefined || given === undefined) return undefined;
  const { current, previous } = await secrets.derive(`token/${purpose}`);
  const signedBy = [current, previous].some((key) => key !== undefined && isSignedBy(key, content, given));
  if (!signedBy) return undefined;
  const { payload, expiresAtMs } = JSON.parse(Buffer.from(content, 'base64url').toString());
  return nowMs < expiresAtMs ? payload : undefined;
}

const signature = (key: KeyObject, content: string): Buffer =>
  createHmac('sha256', key).update(content).digest();

function isSignedBy(key: KeyObject, content: string, given: string): boolean {
  const bytes = Buffer.from(given, 'base64url');
  // The last character of 43 carries unused bits: only the canonical spelling counts.
  return timingSafeEqual(signature(key, content), bytes) && bytes.toString('base64url') === given;
}
