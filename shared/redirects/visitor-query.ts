import { paramsOf, readPair, withPairs } from '#shared/links/destinations/with-params.ts';
import { MAX_DESTINATION_CHARACTERS } from '#shared/links/link.ts';

/** What the visit itself is about: that it is a scan, and the id of a click that led here. */
const OWN_PARAMS: ReadonlySet<string> = new Set(['nr', 'nim_ct']);

/**
 * A destination with the parameters of the visit behind its own, each as it came. One whose name the destination has
 * stays behind, and so does one with which the whole would come to more than MAX_DESTINATION_CHARACTERS.
 * @param url  a URL
 * @param query  of the visit, as it came: anybody can send anything
 */
export function withVisitorQuery(url: string, query: string): string {
  const taken = new Set(paramsOf(url).keys());
  let left = MAX_DESTINATION_CHARACTERS - new URL(url).href.length;
  const kept: string[] = [];
  for (const pair of query.split('&')) {
    // Nothing fits any more: not even the `&` and a name.
    if (left < 2) break;
    const { name } = readPair(pair);
    if (name === undefined || OWN_PARAMS.has(name) || taken.has(name)) continue;
    const text = urlSafe(pair);
    if (text === '' || text.length >= left) continue;
    left -= text.length + 1;
    kept.push(text);
  }
  return withPairs(url, kept);
}

/** A query as the URL parser writes it; `#` would begin the fragment. */
export const urlSafe = (query: string): string =>
  new URL(`https://visitor.example/?${query.replaceAll('#', '%23')}`).search.slice(1);
