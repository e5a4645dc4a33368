import type { RecordedConversion } from './conversion.ts';

/** What a conversion was answered with. `duplicate`: its event had been recorded before, by another request. */
export type ConversionAnswer = { eventId: string; duplicate: boolean };

/** An Idempotency-Key by its hash, and the hash of the body that it came with. */
export type IdempotencyKey = { keyHash: string; bodyHash: string };

/** The last click that an external id came with, by the id's hash: of several the one made last. */
export type Sighting = {
  externalHash: string;
  clickId: string;
  urlId: string;
  /** When it may be deleted, in seconds since the epoch: with its click. */
  ttlSeconds: number;
};

/** What is written together with a conversion. */
export type RecordWith = { key?: IdempotencyKey | undefined; sighting?: Sighting | undefined };

/** `click_gone`: there is no such click, or it was erased meanwhile, and nothing is written. */
export type RecordOutcome = 'recorded' | 'duplicate' | 'key_used' | 'click_gone';

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
   * Writes conversion and key, the sighting unless the same or a later click is known, and counts at the link's
   * totals: installs and opens once per event, the click as attributed once however many events name it. All in one
   * transaction, and only while the click is there: so an erasure that has removed a click finds all its conversions.
   */
  record(conversion: RecordedConversion, along: RecordWith): Promise<RecordOutcome>;
  /** Keeps the answer of a request that recorded nothing. */
  keepKey(
    workspaceId: string,
    key: IdempotencyKey,
    answer: ConversionAnswer,
    nowMs: number,
  ): Promise<'kept' | 'key_used'>;
  /** What is known under a hash; strongly consistent. Its click may have been erased since. */
  findSighting(workspaceId: string, externalHash: string, nowMs: number): Promise<Sighting | undefined>;
  /** All conversions of a workspace, in the order of event id. */
  read(workspaceId: string): AsyncIterable<RecordedConversion[]>;
  /** All sightings of a workspace, in any order. */
  readSightings(workspaceId: string): AsyncIterable<Sighting[]>;
  /** Removes conversions and what is kept of their clicks; the roll-ups stay as they are. */
  remove(workspaceId: string, conversions: readonly RecordedConversion[]): Promise<void>;
  /**
   * Takes external ids off conversions that were recorded when those were still kept as they came.
   * @returns how many conversions had one
   */
  forgetExternalIds(workspaceId: string): Promise<number>;
  removeSightings(workspaceId: string, sightings: readonly Sighting[]): Promise<void>;
};
