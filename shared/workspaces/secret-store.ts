/** One version of the deployment secret. */
export type SecretVersion = {
  /** Counts up from 1. */
  version: number;
  /** 32 random bytes. */
  secret: Uint8Array;
  /** Signs from this instant on. It is written earlier, so that everybody knows it before anybody signs with it. */
  signsFromMs: number;
};

/** Where the deployment secret is kept: at most two versions, newest first. */
export type SecretStore = {
  read(): Promise<readonly SecretVersion[]>;
  /** Writes the versions over those that were read; false when somebody else wrote meanwhile. */
  replace(before: readonly SecretVersion[], after: readonly SecretVersion[]): Promise<boolean>;
};
