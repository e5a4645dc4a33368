import { hostOf } from './check-destination.ts';

/** The host and slug that a short URL names, with or without its scheme; undefined when it is none. */
export function parseShortUrl(text: string): { host: string; shortCode: string } | undefined {
  const whole = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  const shortCode = /^\/([A-Za-z0-9_-]+)$/.exec(url.pathname)?.[1];
  return shortCode === undefined ? undefined : { host: hostOf(url), shortCode };
}
