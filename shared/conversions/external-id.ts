import { createHmac, type KeyObject } from 'node:crypto';
import type { DerivedKeys } from '#shared/credentials/secrets.ts';

/** The derived key's purpose. */
export const EXTERNAL_ID_PURPOSE = 'external-id';

/**
 * What is kept in place of an external id, which names a person to whoever sent it: an HMAC that nobody without the
 * key can try ids against, other in each workspace.
 */
const hashOf = (key: KeyObject, workspaceId: string, externalId: string): string =>
  createHmac('sha256', key)
    .update(JSON.stringify([workspaceId, externalId]))
    .digest('base64url');

/** The hash that is written, and those that it may have been written under before. */
export type ExternalHashes = { current: string; all: readonly string[] };

/** The hashes of an external id: after a rotation of the deployment's secret the earlier one is still found. */
export function externalHashes(
  { current, previous }: Pick<DerivedKeys, 'current' | 'previous'>,
  workspaceId: string,
  externalId: string,
): ExternalHashes {
  const hash = hashOf(current, workspaceId, externalId);
  const earlier = previous ? [hashOf(previous, workspaceId, externalId)] : [];
  return { current: hash, all: [hash, ...earlier] };
}
