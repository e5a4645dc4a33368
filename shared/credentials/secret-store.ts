import type { FindItem } from '../dynamodb/call-items.ts';

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

/** Where the deployment secret stands in the Workspaces table. */
export const SECRETS_KEY = { pk: 'deployment', sk: 'secrets' };

export const versionsFrom = (item: Record<string, unknown> | undefined): readonly SecretVersion[] =>
  ((item ?? {}) as { versions?: SecretVersion[] }).versions ?? [];

/** The deployment secret for who may not make one: the API or `admin bootstrap` does, before there is any link. */
export const secretReader = (find: FindItem): SecretStore => ({
  read: async () => versionsFrom(await find(SECRETS_KEY)),
  replace: () =>
    Promise.reject(new Error('the deployment has no secret yet, and this function may not make it')),
});
