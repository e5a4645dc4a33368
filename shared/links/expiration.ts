import * as z from 'zod';
import { Problem } from '../problem.ts';
import type { Domain } from '../workspaces/workspace.ts';

/** A full date and time with an offset, and one that exists: JavaScript would take 30 February for 2 March. */
const INSTANT = z.iso.datetime({ offset: true });

/**
 * The instant that an ISO 8601 text names, in ms.
 * @throws Problem 'invalid_expires_at' when it is malformed or impossible
 */
export function expirationMs(text: string, field = 'expires_at'): number {
  if (INSTANT.safeParse(text).success) return Date.parse(text);
  const shown = JSON.stringify(text.slice(0, 40));
  throw new Problem(
    'invalid_expires_at',
    `"${field}" may not be ${shown}: it must be an existing date and time with an offset, such as 2026-12-31T23:59:59Z`,
    { field },
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
    `"${field}" may not be ${text}: it must be later than now, ${now}`,
    {
      field,
    },
  );
}
