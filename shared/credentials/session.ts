import { decodeJwt, errors, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { Problem } from '../problem.ts';
import { utf8Bytes } from '../utf8.ts';
import type { ApiKey } from '../workspaces/workspace.ts';
import type { Secrets } from './secrets.ts';

export const SESSION_MS = 3_600_000;

const ISSUER = 'slugline';
const AUDIENCE = 'slugline-api';
const PURPOSE = 'session';

/** Asymmetric only: with HS256 a public key of the issuer could be used as a shared secret. */
const EXTERNAL_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/** What a valid session says. A session of this deployment names its key, one of an external issuer a person. */
export type Session =
  | { issuer: 'own'; workspaceId: string; keyId: string }
  | { issuer: 'external'; workspaceIds: readonly string[]; email: string | null };

/** Another issuer whose sessions are taken: `keys` finds its public key for a token. */
export type SessionIssuer = { issuer: string; audience: string; keys: JWTVerifyGetKey };

/** Opens a session for the holder of a key: a JWT, valid for SESSION_MS while the key is live. */
export async function openSession(
  secrets: Secrets,
  key: Pick<ApiKey, 'keyId' | 'workspaceId'>,
  nowMs: number,
): Promise<{ token: string; expiresAtMs: number }> {
  const { current, currentId } = await secrets.derive(PURPOSE);
  // A JWT tells time in whole seconds.
  const expiresAtMs = Math.floor((nowMs + SESSION_MS) / 1000) * 1000;
  const token = await new SignJWT({ key_id: key.keyId })
    .setProtectedHeader({ alg: 'HS256', kid: currentId })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(key.workspaceId)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(expiresAtMs / 1000)
    .sign(current);
  return { token, expiresAtMs };
}

/** Whether a credential has the form of a JWT, an unsigned one too. */
export const looksLikeJwt = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);

/**
 * What a session token says, once its signature, issuer, audience and expiry hold.
 * @throws Problem 'unauthorized' when one does not; 'unavailable' when the external issuer's keys cannot be had
 */
export async function readSession(
  token: string,
  { secrets, issuer }: { secrets: Secrets; issuer: SessionIssuer | undefined },
  nowMs: number,
): Promise<Session> {
  try {
    return issuer !== undefined && decodeJwt(token).iss === issuer.issuer
      ? await readExternalSession(token, issuer, nowMs)
      : await readOwnSession(token, secrets, nowMs);
  } catch (error) {
    throw refusal(error);
  }
}

async function readOwnSession(token: string, secrets: Secrets, nowMs: number): Promise<Session> {
  const { current, currentId, previous, previousId } = await secrets.derive(PURPOSE);
  const keyOf = (kid: string | undefined) => {
    if (kid === currentId) return current;
    if (kid === previousId && previous !== undefined) return previous;
    throw new errors.JWKSNoMatchingKey();
  };
  const { payload } = await jwtVerify(token, (header) => keyOf(header.kid), {
    algorithms: ['HS256'],
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['exp', 'sub', 'key_id'],
    currentDate: new Date(nowMs),
  });
  return { issuer: 'own', workspaceId: String(payload.sub), keyId: String(payload.key_id) };
}

async function readExternalSession(token: string, issuer: SessionIssuer, nowMs: number): Promise<Session> {
  const { payload } = await jwtVerify(token, issuer.keys, {
    algorithms: EXTERNAL_ALGORITHMS,
    issuer: issuer.issuer,
    audience: issuer.audience,
    requiredClaims: ['exp', 'workspace_ids'],
    currentDate: new Date(nowMs),
  });
  const { workspace_ids: workspaceIds, email } = payload;
  if (!Array.isArray(workspaceIds) || !workspaceIds.every((id) => typeof id === 'string')) {
    throw new Problem('unauthorized', 'The claim workspace_ids of the session must be a list of strings.');
  }
  return { issuer: 'external', workspaceIds, email: isAddress(email) ? email : null };
}

/** Jobs keep it; RFC 5321 allows no longer one. */
const MAX_ADDRESS_BYTES = 254;

const isAddress = (email: unknown): email is string =>
  typeof email === 'string' && utf8Bytes(email) <= MAX_ADDRESS_BYTES;

/** jose's name of what is wrong with a token → the sentence that says so. What is not here is no fault of the token. */
const TOKEN_FAULTS: Record<string, string> = {
  ERR_JWT_EXPIRED: 'The session has expired; open a new one with POST /api/session.',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'The session was not issued for this service.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'The signature of the session is not valid.',
  ERR_JWKS_NO_MATCHING_KEY: 'The session is signed with a key that is not in force.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'The session does not say which key signed it.',
  ERR_JOSE_ALG_NOT_ALLOWED: 'The session is signed with an algorithm that is not allowed.',
  ERR_JOSE_NOT_SUPPORTED: 'The session is signed with an algorithm that is not allowed.',
  ERR_JWS_INVALID: 'The session is malformed.',
  ERR_JWT_INVALID: 'The session is malformed.',
};

function refusal(error: unknown): unknown {
  if (error instanceof Problem) return error;
  const fault = TOKEN_FAULTS[(error as { code?: string }).code ?? ''];
  if (fault !== undefined) return new Problem('unauthorized', fault, { cause: error });
  return new Problem('unavailable', 'The keys of the session issuer cannot be read; try again.', {
    retryAfterSeconds: 5,
    cause: error,
  });
}
