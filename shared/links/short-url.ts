import { hostOf } from './check-destination.ts';
import { pastedSlug } from './pasted-slug.ts';

/** The host and slug that a short URL names, as somebody pasted it, with or without its scheme; undefined when it is none. */
export function parseShortUrl(text: string): { host: string; shortCode: string } | undefined {
  const pasted = text.trim();
  const whole = /^https?:\/\//i.test(pasted) ? pasted : `https://${pasted}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  const shortCode = pastedSlug(url.pathname);
  return shortCode === undefined ? undefined : { host: hostOf(url), shortCode };
}
