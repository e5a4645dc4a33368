import type { LinkConversion } from './conversion.ts';

/** What a conversion was answered with. `duplicate`: its event had been recorded before, by another request. */
export type ConversionAnswer = { eventId: string; duplicate: boolean };

/** An Idempotency-Key by its hash, and the hash of the body that it came with. */
export type IdempotencyKey = { keyHash: string; bodyHash: string };

/** Idempotency keys are honoured for 24 hours; the event's own id for good. */
export const KEY_MS = 86_400_000;

/** Conversions of workspaces. */
export type ConversionStore = {
  /** The body that a key was used with in the last 24 hours, and its answer. */
  findKey(
    workspaceId: string,
    keyHash: string,
    nowMs: number,
  ): Promise<(IdempotencyKey & { answer: ConversionAnswer }) | undefined>;
  /**
   * Writes conversion and key, and counts at the link's totals: installs and opens once per event, the click as
   * attributed once however many events name it. All in one transaction.
   */
  record(
    conversion: LinkConversion,
    key: IdempotencyKey | undefined,
  ): Promise<'recorded' | 'duplicate' | 'key_used'>;
  /** Keeps the answer of a request that recorded nothing. */
  keepKey(
    workspaceId: string,
    key: IdempotencyKey,
    answer: ConversionAnswer,
    nowMs: number,
  ): Promise<'kept' | 'key_used'>;
  /** All conversions of a workspace, in the order of event id. */
  read(workspaceId: string): AsyncIterable<LinkConversion[]>;
  /** Removes conversions and what is kept of their clicks; the roll-ups stay as they are. */
  remove(workspaceId: string, conversions: readonly LinkConversion[]): Promise<void>;
};
