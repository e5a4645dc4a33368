import { INSTANT_IN_WORDS, instantMs } from '../input/instant.ts';
import { Problem } from '../problem.ts';
import { quoted, shortened } from '../quoted.ts';
import type { Domain } from '../workspaces/workspace.ts';

/**
 * The instant that an ISO 8601 text names, in ms.
 * @throws Problem 'invalid_expires_at' when it is malformed, impossible or beyond the year 9999
 */
export function expirationMs(text: string, field = 'expires_at'): number {
  const ms = instantMs(text);
  if (ms !== undefined) return ms;
  throw new Problem(
    'invalid_expires_at',
    `"${field}" may not be ${quoted(text)}: it must be ${INSTANT_IN_WORDS}`,
    {
      field,
    },
  );
}

/**
 * The expiration of a new or changed link, in ms; null for none.
 * @throws Problem 'invalid_expires_at' when it is malformed or not in the future, 'expiration_required'
 */
export function futureExpiration(
  text: string | null | undefined,
  policy: Domain['policy'],
  nowMs: number,
): number | null {
  const field = 'expires_at';
  if (text === null || text === undefined) {
    if (!policy.expirationRequired) return null;
    throw new Problem('expiration_required', 'The links of this domain need an "expires_at"', { field });
  }
  const atMs = expirationMs(text, field);
  if (atMs > nowMs) return atMs;
  const now = new Date(nowMs).toISOString();
  throw new Problem(
    'invalid_expires_at',
    `"${field}" may not be ${shortened(text, 40)}: it must be later than now, ${now}`,
    {
      field,
    },
  );
}
