import { canonicalJson } from '#shared/canonical-json.ts';
import { sha256 } from '#shared/sha256.ts';
import type { Link } from '../link.ts';

/**
 * Rules that take more stand in an item of their own, UTF-8 bytes of their JSON. A read of up to 4 kB costs one unit,
 * one of 64 kB sixteen: a link that all the world follows must not be read with its rules each time.
 */
export const INLINE_RULES_BYTES = 3_072;

/**
 * The name of a link's rules: what they are hashed, so that an item never changes. Undefined for rules that stand with
 * the slug.
 */
export function rulesIdOf({ routingRules }: Pick<Link, 'routingRules'>): string | undefined {
  if (routingRules.length === 0) return undefined;
  // Members come back from the table in another order.
  const text = canonicalJson(routingRules);
  if (Buffer.byteLength(text) <= INLINE_RULES_BYTES) return undefined;
  return sha256(text, 'base64url').slice(0, 22);
}
