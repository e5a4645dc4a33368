import { randomBytes } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import { v7 } from 'uuid';

/** A new UUID version 7: a valid UUID whose order is the order of creation. */
export const newUuid = (): string => v7();

/**
 * The smallest UUIDv7 of an instant: ids made before it sort below, ids made at or after it do not.
 * @param ms milliseconds since the epoch
 */
export function firstUuidAt(ms: number): string {
  const hex = Math.trunc(ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}

/** The creation instant of a UUIDv7, in milliseconds since the epoch. */
export const uuidMs = (uuid: string): number => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);

const monotonic = monotonicFactory();

/** A new ULID at an instant; several within one millisecond still sort in the order they were made. */
export const newUlid = (ms: number): string => monotonic(ms);

/** 256 random bits as text: a value that nobody can foresee. */
export const newChallenge = (): string => randomBytes(32).toString('base64url');
