import { publicClickId } from '#shared/clicks/click-id.ts';
import type { SlugLink } from '#shared/links/link.ts';
import { UTM_FIELDS, type Utm } from '#shared/links/link.ts';

/** Handed on under this name to links that ask for it. */
export const CLICK_ID_PARAM = 'nim_ct';

/** Where a visit goes and the UTM values that the destination gets to see. */
export type Destination = { location: string; utm: Utm };

/**
 * The routed URL with the link's own parameters merged in: a parameter that the link names replaces the URL's of the
 * same name; everything else of the URL keeps its order and its encoding.
 * @param url  as checked when it was saved; only its parsed form goes out
 * @param clickId  the ULID to hand on, when the link asks for it
 */
export function destinationOf(
  url: string,
  link: Pick<SlugLink, 'utm' | 'customQueryParams'>,
  clickId: string | undefined,
): Destination {
  const parsed = new URL(url);
  const named = namedParams(link, clickId);
  if (named.size > 0) parsed.search = mergedQuery(parsed.search.slice(1), named);
  return { location: parsed.href, utm: utmOf(parsed.searchParams) };
}

function namedParams(
  { utm, customQueryParams }: Pick<SlugLink, 'utm' | 'customQueryParams'>,
  clickId: string | undefined,
): Map<string, string> {
  const named = new Map(Object.entries(customQueryParams));
  for (const field of UTM_FIELDS) {
    if (utm[field] !== null) named.set(`utm_${field}`, utm[field]);
  }
  if (clickId !== undefined) named.set(CLICK_ID_PARAM, publicClickId(clickId));
  return named;
}

/** Works on the text: URLSearchParams would write the whole query anew, and `%20` and `+` are not the same to everybody. */
function mergedQuery(query: string, named: ReadonlyMap<string, string>): string {
  const kept = query.split('&').filter((pair) => pair !== '' && !named.has(nameOf(pair)));
  return [...kept, ...[...named].map(([name, value]) => `${encoded(name)}=${encoded(value)}`)].join('&');
}

const nameOf = (pair: string): string => new URLSearchParams(pair).keys().next().value ?? '';

/** Half of a surrogate pair, which no URL can hold, becomes the replacement character. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const utmOf = (params: URLSearchParams): Utm =>
  Object.fromEntries(UTM_FIELDS.map((field) => [field, params.get(`utm_${field}`) || null])) as Utm;
