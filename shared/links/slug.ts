import { randomInt } from 'node:crypto';
import { Problem } from '../problem.ts';

/** First path segments that the product itself may need; in any case. */
const RESERVED: ReadonlySet<string> = new Set([
  'api',
  'd',
  'link',
  'v4',
  'admin',
  'app',
  'assets',
  'dashboard',
  'docs',
  'health',
  'login',
  'logout',
  'static',
  'well-known',
  'robots',
  'favicon',
  'sitemap',
]);

const MIN_CHARACTERS = 3;
const MAX_CHARACTERS = 64;

/** True for what can stand behind a host: nothing else is worth a look at the table, whose keys are bounded. */
export const isSlug = (text: string): boolean =>
  text.length >= MIN_CHARACTERS && text.length <= MAX_CHARACTERS && /^[A-Za-z0-9_-]+$/.test(text);

/**
 * Checks a slug that somebody chose; its case stays as it is.
 * @throws Problem 'slug_reserved' when it is a system path or too short, 'invalid_request' when it is no slug at all
 */
export function checkSlug(slug: string, field = 'custom_slug'): void {
  const shown = JSON.stringify(slug.length > 80 ? `${slug.slice(0, 80)}…` : slug);
  if (slug.length < MIN_CHARACTERS) {
    throw new Problem(
      'slug_reserved',
      `Slug is too short: ${shown} has ${slug.length} characters; at least ${MIN_CHARACTERS} are needed`,
      { field },
    );
  }
  if (!isSlug(slug)) {
    throw new Problem(
      'invalid_request',
      `"${field}" may not be ${shown}: a slug has ${MIN_CHARACTERS} to ${MAX_CHARACTERS} of the characters A-Z, a-z, 0-9, _ and -`,
      { field },
    );
  }
  if (RESERVED.has(slug.toLowerCase())) {
    throw new Problem('slug_reserved', `Slug is reserved: ${shown} is a system path`, { field });
  }
}

/** The refusal of a slug that somebody has or gave up lately. */
export const slugUnavailable = (slug: string, field = 'custom_slug'): Problem =>
  new Problem(
    'slug_unavailable',
    `Slug is not available: "${slug}" is taken on this domain or was given up less than 30 days ago`,
    { field },
  );

/** Letters and digits without those that look alike: no 0, 1, i, l, o, I, O. */
const UNAMBIGUOUS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const GENERATED_CHARACTERS = 7;

/**
 * A slug that nobody chose and nobody can guess; 1.7e12 are possible.
 * @param random  a cryptographically secure whole number from 0 up to, but not including, its argument
 */
export const newSlug = (random: (below: number) => number = randomInt): string =>
  Array.from({ length: GENERATED_CHARACTERS }, () => UNAMBIGUOUS[random(UNAMBIGUOUS.length)]).join('');
