import { hiddenShare } from './hidden-share.ts';
import type { StyleLogo } from './style.ts';

/** How much of the error correction a logo may use up; the rest is for dirt, blur and a curved bottle. */
export const MAX_HIDDEN_SHARE = 0.6;

/** A symbol grows by so many versions at most to get a logo in: more would make its modules too small. */
const MORE_VERSIONS = 4;
const LAST_VERSION = 40;

/** The version in which a logo hides least, and how much that is. */
export type LogoVersion = { version: number; share: number };

/**
 * The first version, from the one that the text needs, in which a logo fits; the one where it fits best when it fits
 * in none.
 * @param smallest  the version that the text needs
 */
export function logoVersion(logo: StyleLogo, smallest: number): LogoVersion {
  let best: LogoVersion = { version: smallest, share: hiddenShare(logo, smallest) };
  const last = Math.min(smallest + MORE_VERSIONS, LAST_VERSION);
  for (let version = smallest + 1; version <= last && best.share > MAX_HIDDEN_SHARE; version += 1) {
    const share = hiddenShare(logo, version);
    if (share < best.share) best = { version, share };
  }
  return best;
}
