import type { DerivedKeys, Secrets } from '#shared/workspaces/secrets.ts';
import { within } from './within.ts';

/**
 * Secrets that outlast their table: while it does not answer, a purpose keeps the keys it had. A key that was rotated
 * away meanwhile is used no longer than the outage takes.
 * @param timeoutMs  how long the table may take
 */
export function lastingSecrets(secrets: Secrets, timeoutMs: number): Secrets {
  const known = new Map<string, DerivedKeys>();
  return {
    derive: async (purpose) => {
      try {
        const keys = await within(timeoutMs, 'the deployment secret', secrets.derive(purpose));
        known.set(purpose, keys);
        return keys;
      } catch (error) {
        const keys = known.get(purpose);
        if (keys === undefined) throw error;
        return keys;
      }
    },
  };
}
