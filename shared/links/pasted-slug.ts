import { unescape as decodeLeniently } from 'node:querystring';

/** A slug, and behind it what no slug can hold. */
const SLUG_AND_REST = /^([A-Za-z0-9_-]{3,64})[^A-Za-z0-9_-]*$/;

/**
 * The slug that a path begins with. What is pasted or recognised in a text brings along what stood behind the slug: a
 * slash, a full stop, a bracket, a space or something that nobody sees. Undefined when no slug can look like that.
 * @param path  percent-encoded, in whatever way
 */
export const pastedSlug = (path: string): string | undefined =>
  SLUG_AND_REST.exec(decodeLeniently(path.slice(1)))?.[1];
