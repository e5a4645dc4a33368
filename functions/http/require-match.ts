import { Problem } from '#shared/problem.ts';
import { shortened } from '#shared/quoted.ts';

/**
 * Sees that a thing is as the caller knows it: that If-Match is not sent, is `*`, or names the state. A weak tag
 * counts, because caches that compress make the strong ones weak; here each names a version, and nothing less.
 * @see https://datatracker.ietf.org/doc/html/rfc9110#section-13.1.1
 * @throws Problem 'precondition_failed'
 */
export function requireMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch === undefined) return;
  const known = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) return;
  throw new Problem(
    'precondition_failed',
    `If-Match names ${shortened(ifMatch, 80) || 'nothing'}, but this is ${etag} by now; read it again and repeat the change if it is still meant`,
  );
}
