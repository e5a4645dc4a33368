/**
 * The parameters of a URL's text, in its order: what the URL parser finds in `searchParams`.
 * @param url  as it was typed; it need be no URL
 */
export const paramsOf = (url: string): URLSearchParams => readParams(partsOf(url).query ?? '');

/**
 * A URL's text with some of its parameters changed and every other character as it was: a value goes where the first
 * parameter of its name stands, further ones of that name go out, a name that is not there comes last; null takes every
 * one of its name out. A value that is found there already changes nothing.
 * @param url  as it was typed; it need be no URL
 * @param changes  values by name, neither of them encoded
 */
export function withParams(url: string, changes: Iterable<readonly [string, string | null]>): string {
  const { front, query, fragment } = partsOf(url);
  let pairs = query === undefined ? [] : query.split('&').map(readPair);
  for (const [name, value] of changes)
    pairs = value === null ? without(pairs, name) : put(pairs, name, value);
  return front + queryText(pairs) + fragment;
}

/** A URL's text with further parameters behind its own. @param texts  encoded `name=value` pairs */
export function withPairs(url: string, texts: readonly string[]): string {
  const { front, query, fragment } = partsOf(url);
  const pairs = query === undefined ? [] : query.split('&').map(readPair);
  return front + queryText(texts.reduce((all, text) => append(all, readPair(text)), pairs)) + fragment;
}

/** `name` is undefined where there is nothing, as between two `&`. */
type Pair = { text: string; name: string | undefined; value: string | undefined };

function partsOf(url: string): { front: string; query: string | undefined; fragment: string } {
  const hash = url.indexOf('#');
  const end = hash < 0 ? url.length : hash;
  const mark = url.slice(0, end).indexOf('?');
  const fragment = url.slice(end);
  if (mark < 0) return { front: url.slice(0, end), query: undefined, fragment };
  return { front: url.slice(0, mark), query: url.slice(mark + 1, end), fragment };
}

/** URLSearchParams alone would take a leading `?` off, which here is part of the first name. */
const readParams = (query: string): URLSearchParams => new URLSearchParams(`&${query}`);

/** What one pair of a query says. */
export function readPair(text: string): Pair {
  const [[name, value] = []] = readParams(text);
  return { text, name, value };
}

const without = (pairs: readonly Pair[], name: string): Pair[] => pairs.filter((pair) => pair.name !== name);

function put(pairs: Pair[], name: string, value: string): Pair[] {
  const at = pairs.findIndex((pair) => pair.name === name);
  const text = `${encoded(name)}=${encoded(value)}`;
  if (at < 0) return append(pairs, { text, name, value });
  if (pairs[at]!.value === value) return pairs;
  return [...pairs.slice(0, at), { text, name, value }, ...without(pairs.slice(at + 1), name)];
}

/** A query that ends in `&`, or has only its `?`, needs no further one. */
const append = (pairs: readonly Pair[], pair: Pair): Pair[] =>
  pairs.at(-1)?.text === '' ? [...pairs.slice(0, -1), pair] : [...pairs, pair];

const queryText = (pairs: readonly Pair[]): string =>
  pairs.length === 0 ? '' : `?${pairs.map(({ text }) => text).join('&')}`;

/** Half of a surrogate pair, which no URL can hold, becomes the replacement character. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
