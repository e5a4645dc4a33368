import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from '#shared/sha256.ts';
import type { ApiKey, Scope } from '../workspaces/workspace.ts';
import type { WorkspaceStore } from '../workspaces/workspace-store.ts';

const KEY = /^slk_([0-9a-f]{20})_([\w-]{43})$/;

/** The text of a key, `slk_<key id>_<secret>`, in its parts; undefined when it is none. */
export function parseApiKey(text: string): { keyId: string; secret: string } | undefined {
  const [, keyId, secret] = KEY.exec(text) ?? [];
  return keyId === undefined || secret === undefined ? undefined : { keyId, secret };
}

type NewKey = { workspaceId: string; scopes: readonly Scope[]; nowMs: number };

/** Makes a key of a workspace: gives its text, shown this once, and what is stored of it. */
export async function createKey(
  workspaces: Pick<WorkspaceStore, 'createKey'>,
  { workspaceId, scopes, nowMs }: NewKey,
): Promise<{ text: string; key: ApiKey }> {
  const keyId = randomBytes(10).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const secretSha256 = sha256(secret, 'hex');
  const key = { keyId, workspaceId, secretSha256, scopes, createdAtMs: nowMs, revokedAtMs: null };
  if ((await workspaces.createKey(key)) === 'exists')
    throw new Error(`the new key id ${keyId} exists already`);
  return { text: `slk_${keyId}_${secret}`, key };
}

/**
 * Whether the secret is the key's, in constant time. Plain SHA-256 is enough: the secret has 256 random bits, so there is
 * nothing to guess slowly.
 */
export const isSecretOf = (key: ApiKey, secret: string): boolean =>
  timingSafeEqual(Buffer.from(key.secretSha256, 'hex'), Buffer.from(sha256(secret, 'hex'), 'hex'));
