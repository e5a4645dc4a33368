import type { DerivedKeys, Secrets } from '#shared/credentials/secrets.ts';
import { within } from './within.ts';

type Timeouts = {
  /** How long the table may take while its last answer is known, ms. */
  knownMs: number;
  /** And while there is none to fall back to. */
  unknownMs: number;
};

/**
 * Secrets that outlast their table: while it does not answer, a purpose keeps the keys it had. A key that was rotated
 * away meanwhile is used no longer than the outage takes.
 */
export function lastingSecrets(secrets: Secrets, { knownMs, unknownMs }: Timeouts): Secrets {
  const known = new Map<string, DerivedKeys>();
  return {
    derive: async (purpose) => {
      const before = known.get(purpose);
      const timeoutMs = before === undefined ? unknownMs : knownMs;
      try {
        const keys = await within(timeoutMs, 'the deployment secret', () => secrets.derive(purpose));
        known.set(purpose, keys);
        return keys;
      } catch (error) {
        if (before === undefined) throw error;
        return before;
      }
    },
  };
}
