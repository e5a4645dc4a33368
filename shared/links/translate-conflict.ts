import { isConflict } from '#shared/dynamodb/refusals.ts';
import { Problem } from '../problem.ts';

/** Others kept getting in between for longer than it is worth waiting: the caller may try again. */
export function translateConflict(error: unknown): never {
  if (!isConflict(error)) throw error;
  throw new Problem('unavailable', 'too many changes at once to the same thing; try again in a second', {
    retryAfterSeconds: 1,
    cause: error,
  });
}
