import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { Problem } from '../problem.ts';
import type { SecretStore, SecretVersion } from './secret-store.ts';

/** How long an instance may go on with the versions that it has read. */
const CACHED_MS = 60_000;

/** From a rotation until the new version signs: long enough for every instance to have read it. */
export const ROTATION_LEAD_MS = 5 * CACHED_MS;

/** The longest that something signed stays valid but for cookies: download links live 7 days. */
const ROTATION_DISTANCE_MS = 7 * 86_400_000;

/**
 * What a purpose may use: `current` signs and seals, either may verify and open.
 * The ids are stable names of the versions, for a JWT's `kid`.
 */
export type DerivedKeys = {
  current: KeyObject;
  currentId: string;
  previous: KeyObject | undefined;
  previousId: string | undefined;
};

/** Every key of the deployment, derived from its one secret. */
export type Secrets = {
  /** 256-bit keys of a purpose, such as `session`; different purposes have unrelated keys. */
  derive(purpose: string): Promise<DerivedKeys>;
};

/**
 * The keys of a deployment: HKDF-SHA-256 of its secret by purpose. The first reader makes the secret.
 * @param now  ms since the epoch; decides how long versions are cached and which of two signs
 */
export function openSecrets(store: SecretStore, now: () => number): Secrets {
  let readAtMs = Number.NEGATIVE_INFINITY;
  let versions: Promise<readonly SecretVersion[]> = Promise.resolve([]);
  const derived = new Map<string, KeyObject>();

  const read = () => {
    if (now() - readAtMs < CACHED_MS) return versions;
    readAtMs = now();
    versions = readOrCreate(store);
    // A failed read is no answer to keep.
    versions.catch(() => {
      readAtMs = Number.NEGATIVE_INFINITY;
    });
    return versions;
  };
  const keyOf = ({ version, secret }: SecretVersion, purpose: string) => {
    const name = `${version} ${purpose}`;
    const key = derived.get(name) ?? deriveKey(secret, purpose);
    derived.set(name, key);
    return key;
  };

  return {
    derive: async (purpose) => {
      const { current, previous } = inForce(await read(), now());
      return {
        current: keyOf(current, purpose),
        currentId: `v${current.version}`,
        previous: previous && keyOf(previous, purpose),
        previousId: previous && `v${previous.version}`,
      };
    },
  };
}

/**
 * Adds a new version to the deployment secret and drops the oldest of the two. It begins to sign after
 * ROTATION_LEAD_MS; what the version before has signed stays valid until the next rotation.
 * @throws Problem 'conflict' when the last rotation is so recent that things signed before it would die early
 */
export async function rotateSecret(
  store: SecretStore,
  nowMs: number,
  { early = false }: { early?: boolean } = {},
): Promise<SecretVersion> {
  const before = await readOrCreate(store);
  const [newest] = before as [SecretVersion];
  const waitMs = newest.signsFromMs + (early ? 0 : ROTATION_DISTANCE_MS) - nowMs;
  if (before.length > 1 && waitMs > 0) {
    throw new Problem(
      'conflict',
      `The secret was rotated too recently: version ${newest.version} signs from ${instant(newest.signsFromMs)}, the next rotation may come from ${instant(nowMs + waitMs)} on.`,
    );
  }
  const added = { ...newVersion(), version: newest.version + 1, signsFromMs: nowMs + ROTATION_LEAD_MS };
  if (!(await store.replace(before, [added, newest]))) throw new Problem('conflict');
  return added;
}

async function readOrCreate(store: SecretStore): Promise<readonly SecretVersion[]> {
  const versions = await store.read();
  if (versions.length > 0) return versions;
  // Whoever comes second loses the conditional write and reads what the first one made.
  await store.replace([], [newVersion()]);
  return store.read();
}

const newVersion = (): SecretVersion => ({ version: 1, secret: randomBytes(32), signsFromMs: 0 });

function inForce(versions: readonly SecretVersion[], nowMs: number) {
  const [newest, older] = versions as [SecretVersion, SecretVersion | undefined];
  return older === undefined || newest.signsFromMs <= nowMs
    ? { current: newest, previous: older }
    : { current: older, previous: newest };
}

const deriveKey = (secret: Uint8Array, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `slugline/${purpose}`, 32)));

const instant = (ms: number): string => new Date(ms).toISOString();
