import { publicClickId } from '#shared/clicks/click-id.ts';
import { withParams } from '#shared/links/destinations/with-params.ts';
import { type SlugLink, UTM_FIELDS, type Utm, utmOf } from '#shared/links/link.ts';
import { withVisitorQuery } from './visitor-query.ts';

/** Handed on under this name to links that ask for it. */
export const CLICK_ID_PARAM = 'nim_ct';

/** Where a visit goes and the UTM values that the destination gets to see. */
export type Destination = { location: string; utm: Utm };

/** What a visit adds to a destination. */
export type HandedOn = {
  /** The ULID of the click, when the link asks for it. */
  clickId?: string | undefined;
  /** The query of the visit as it came, when the link asks for it. */
  query?: string | undefined;
};

/**
 * The routed URL with the link's own parameters merged in: a parameter that the link names replaces the URL's of the
 * same name in its place; everything else of the URL keeps its order and its encoding. The link's own destination has
 * them already, so that rules' alone change.
 * @param url  as checked when it was saved; only its parsed form goes out
 */
export function destinationOf(
  url: string,
  link: Pick<SlugLink, 'utm' | 'customQueryParams'>,
  { clickId, query }: HandedOn = {},
): Destination {
  const merged = withParams(url, namedParams(link, clickId));
  const parsed = new URL(query === undefined ? merged : withVisitorQuery(merged, query));
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
