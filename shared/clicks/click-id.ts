import { CLICK_SHARDS } from './click.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const CLICK_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Value of each character code of a ULID; click ids are read millions of times, so no search in the alphabet. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, ALPHABET.indexOf(String.fromCharCode(code))),
);

const PUBLIC_PREFIX = 'nimct_';

/** A click's id as destinations and conversions name it: a prefix and the ULID. */
export const publicClickId = (clickId: string): string => PUBLIC_PREFIX + clickId;

/** The click id behind its public form; undefined when the text is no such form. */
export function clickIdOf(publicId: string): string | undefined {
  const clickId = publicId.slice(PUBLIC_PREFIX.length);
  return publicId.startsWith(PUBLIC_PREFIX) && isClickId(clickId) ? clickId : undefined;
}

/** True for a ULID in upper case, the only spelling that click ids have. */
export const isClickId = (text: string): boolean => CLICK_ID.test(text);

/** The click time: the milliseconds of a click id. */
export function clickMs(clickId: string): number {
  let ms = 0;
  for (let at = 0; at < TIME_LENGTH; at += 1) ms = ms * 32 + VALUES[clickId.charCodeAt(at)]!;
  return ms;
}

/** The smallest and the greatest click id of a millisecond. */
export const firstClickIdAt = (ms: number): string => timePart(ms) + '0'.repeat(16);
export const lastClickIdAt = (ms: number): string => timePart(ms) + 'Z'.repeat(16);

function timePart(ms: number): string {
  let text = '';
  for (let left = ms; text.length < TIME_LENGTH; left = Math.floor(left / 32)) {
    text = ALPHABET[left % 32] + text;
  }
  return text;
}

/**
 * The shard of its day that a click stands in: FNV-1a of its id.
 * Ids of one millisecond count upwards, so their last characters alone would not spread.
 */
export function clickShard(clickId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < clickId.length; at += 1) hash = Math.imul(hash ^ clickId.charCodeAt(at), 0x01000193);
  return ((hash >>> 16) ^ hash) & (CLICK_SHARDS - 1);
}
