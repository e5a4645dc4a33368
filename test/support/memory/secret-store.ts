import type { SecretStore, SecretVersion } from '#shared/credentials/secret-store.ts';

/** The deployment secret in memory. */
export function memorySecretStore(): SecretStore {
  let versions: readonly SecretVersion[] = [];
  return {
    read: async () => structuredClone(versions),
    replace: async (before, after) => {
      if (before[0]?.version !== versions[0]?.version) return false;
      versions = structuredClone(after);
      return true;
    },
  };
}
