import { hostOf } from './destinations/check-destination.ts';
import { pastedSlug } from './pasted-slug.ts';

/** DNS allows no longer names; what is longer than a key may be could not even be looked up. */
const MAX_HOST_CHARACTERS = 253;

/** The host and slug that a short URL names, as somebody pasted it, with or without its scheme; undefined when it is none. */
export function parseShortUrl(text: string): { host: string; shortCode: string } | undefined {
  const pasted = text.trim();
  const whole = /^https?:\/\//i.test(pasted) ? pasted : `https://${pasted}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  const host = hostOf(url);
  const shortCode = pastedSlug(url.pathname);
  return shortCode === undefined || host.length > MAX_HOST_CHARACTERS ? undefined : { host, shortCode };
}
