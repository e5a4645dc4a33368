import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { Problem } from '../problem.ts';
import type { WorkspaceStore } from '../workspaces/workspace-store.ts';
import type { Secrets } from './secrets.ts';

const PURPOSE = 'conversion-secrets';
/** Two are live while a caller moves from the old one to the new one. */
const LIVE = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type ConversionSecretTools = {
  workspaces: Pick<WorkspaceStore, 'sealedConversionSecrets' | 'replaceConversionSecrets'>;
  secrets: Secrets;
};

/** The secrets that may sign conversions of a workspace, newest first, at most two; empty when none was made. */
export async function conversionSecrets(
  { workspaces, secrets }: ConversionSecretTools,
  workspaceId: string,
): Promise<string[]> {
  const sealed = await workspaces.sealedConversionSecrets(workspaceId);
  return openAll(secrets, workspaceId, sealed);
}

/**
 * Makes a new conversion secret; the newest one before it stays live beside it, an older one dies.
 * @returns its text, shown this once
 * @throws Problem 'not_found' without such a workspace, 'conflict' when another rotation came between
 */
export async function rotateConversionSecret(
  { workspaces, secrets }: ConversionSecretTools,
  workspaceId: string,
): Promise<string> {
  const { current } = await secrets.derive(PURPOSE);
  const secret = `slcs_${randomBytes(32).toString('base64url')}`;
  const before = await workspaces.sealedConversionSecrets(workspaceId);
  const after = [seal(current, workspaceId, secret), ...before].slice(0, LIVE);
  if (!(await workspaces.replaceConversionSecrets(workspaceId, before, after))) {
    throw new Problem(
      'conflict',
      `The workspace ${workspaceId} does not exist, or its secrets changed just now.`,
    );
  }
  return secret;
}

/**
 * Seals the secrets of a workspace anew with the current key, before a rotation of the deployment's secret drops
 * the key that they may still be sealed with.
 */
export async function resealConversionSecrets(
  { workspaces, secrets }: ConversionSecretTools,
  workspaceId: string,
): Promise<void> {
  const { current } = await secrets.derive(PURPOSE);
  const before = await workspaces.sealedConversionSecrets(workspaceId);
  if (before.length === 0) return;
  const texts = await openAll(secrets, workspaceId, before);
  const after = texts.map((text) => seal(current, workspaceId, text));
  if (!(await workspaces.replaceConversionSecrets(workspaceId, before, after))) throw new Problem('conflict');
}

async function openAll(secrets: Secrets, workspaceId: string, sealed: readonly string[]): Promise<string[]> {
  const { current, previous } = await secrets.derive(PURPOSE);
  return sealed.map((text) => {
    const opened = open(current, workspaceId, text) ?? (previous && open(previous, workspaceId, text));
    if (opened === undefined) throw new Error(`a conversion secret of ${workspaceId} opens with no live key`);
    return opened;
  });
}

/** AES-256-GCM; the workspace is authenticated with it, so a sealed secret is of no use in another workspace. */
function seal(key: KeyObject, workspaceId: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(workspaceId));
  const content = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, content, cipher.getAuthTag()]).toString('base64url');
}

function open(key: KeyObject, workspaceId: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(workspaceId))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const content = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([content, decipher.final()]).toString();
  } catch {
    // Sealed with the other key, or changed: the tag cannot tell which.
    return undefined;
  }
}
