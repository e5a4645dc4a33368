import { createHmac } from 'node:crypto';
import type { Secrets } from '#shared/credentials/secrets.ts';
import { openToken, signToken } from '#shared/credentials/signed-token.ts';
import type { SlugLink } from '#shared/links/link.ts';
import { sha256 } from '#shared/sha256.ts';
import type { RateLimiter } from '#shared/workspaces/rate-limit.ts';
import { cookieValues, setCookie } from './cookies.ts';
import { PAGES, passwordPage } from './pages.ts';
import type { Answer, Visit } from './visit.ts';
import { urlSafe } from './visitor-query.ts';

/** A link that asks for a password. */
export type LockedLink = Pick<SlugLink, 'urlId' | 'forwardQuery'> & { passwordHash: string };

/** What the trial of a password needs of the world. */
export type UnlockTools = {
  secrets: Secrets;
  limiter: RateLimiter;
  /** @param hash  an argon2id hash in PHC form */
  verifyPassword(hash: string, password: string): Promise<{ matches: boolean }>;
  /** Whether cookies travel by HTTPS only. */
  secure: boolean;
};

const NAME = 'slugline_unlock';
const PURPOSE = 'unlock';
const LIFETIME_MS = 24 * 3_600_000;

/** Tries of one address at one link in a minute. */
const ATTEMPTS_A_MINUTE = 5;
/** Longer forms hold no password: 128 characters, percent-encoded, take 1,536 bytes at most. */
const BODY_LIMIT_BYTES = 4_096;

type Payload = { urlId: string; password: string };

/** Names a password hash without giving it away; a new password makes all cookies of the old one void. */
const fingerprint = (passwordHash: string): string => sha256(passwordHash, 'base64url').slice(0, 16);

/** Whether the visitor has given the link's present password within the last day. */
export async function isUnlocked({ secrets }: UnlockTools, visit: Visit, link: LockedLink): Promise<boolean> {
  for (const value of cookieValues(visit.cookies, NAME)) {
    const payload = await openToken<Payload>(secrets, PURPOSE, value, visit.atMs);
    if (payload?.urlId === link.urlId && payload.password === fingerprint(link.passwordHash)) return true;
  }
  return false;
}

/**
 * Tries the password of the form that was sent: the visitor comes back with a cookie or sees the form again.
 * @throws whatever the limiter throws: without a count of attempts there are none
 */
export async function tryPassword(tools: UnlockTools, visit: Visit, link: LockedLink): Promise<Answer> {
  const password = passwordOf(visit.body);
  if (password === undefined) return passwordPage({ wrong: true });
  const { allowed, resetSeconds } = await tools.limiter.take(
    { scope: 'password', key: await attemptsKey(tools.secrets, visit, link), limit: ATTEMPTS_A_MINUTE },
    visit.atMs,
  );
  if (!allowed) return PAGES.tooManyAttempts(resetSeconds);
  const { matches } = await tools.verifyPassword(link.passwordHash, password);
  if (!matches) return passwordPage({ wrong: true });
  const payload: Payload = { urlId: link.urlId, password: fingerprint(link.passwordHash) };
  const value = await signToken(tools.secrets, PURPOSE, payload, visit.atMs + LIFETIME_MS);
  const { shortCode } = visit;
  const cookie = setCookie({ name: NAME, value, shortCode, lifetimeMs: LIFETIME_MS, secure: tools.secure });
  return { ...backToLink(visit, link), cookies: [cookie] };
}

/** Has the browser ask for the link again by GET; a scan stays one, and what is to be handed on is not lost. */
export function backToLink(visit: Visit, { forwardQuery }: Pick<SlugLink, 'forwardQuery'>): Answer {
  const query = forwardQuery ? urlSafe(visit.query) : visit.scan ? 'nr=qr' : '';
  const location = `/${visit.shortCode}${query && '?'}${query}`;
  return { status: 303, headers: { location, 'cache-control': 'private, no-store' } };
}

/** The password of a form; undefined when it holds none that is worth a count and a hash. */
const passwordOf = (body: string): string | undefined =>
  body.length > BODY_LIMIT_BYTES ? undefined : new URLSearchParams(body).get('password') || undefined;

/** Counts by address without keeping it. */
async function attemptsKey(secrets: Secrets, { address }: Visit, { urlId }: LockedLink): Promise<string> {
  const { current } = await secrets.derive('attempts');
  return createHmac('sha256', current)
    .update(JSON.stringify([urlId, address]))
    .digest('base64url');
}
