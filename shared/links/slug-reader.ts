import type { FindItem } from '../dynamodb/call-items.ts';
import { rulesFrom, rulesKey, slugFrom, slugKey } from './link-item.ts';
import type { LinkStore } from './link-store.ts';
import type { RoutingRule } from './rules/routing-rule.ts';

/** Rules by the key of their item: an item never changes. */
export type RulesCache = {
  get(key: string): readonly RoutingRule[] | undefined;
  set(key: string, rules: readonly RoutingRule[]): void;
};

const NO_CACHE: RulesCache = { get: () => undefined, set: () => undefined };

/**
 * The one look-up of links that a redirect needs, without the rest of the store in its bundle.
 * @param find  in the Links table
 * @param cache  of rules that are too large to be read with their slug each time
 */
export function slugReader(find: FindItem, cache: RulesCache = NO_CACHE): Pick<LinkStore, 'findSlug'> {
  const findRules = async (Key: { pk: string; sk: string }) => {
    const name = `${Key.pk} ${Key.sk}`;
    const known = cache.get(name);
    if (known) return known;
    const item = await find(Key);
    // They are written with the slug that names them, and stay for a day when it names others.
    if (!item) throw new Error(`the rules ${name} are not there`);
    const rules = rulesFrom(item);
    cache.set(name, rules);
    return rules;
  };

  return {
    findSlug: async (domainId, shortCode, nowMs) => {
      const item = await find(slugKey(domainId, shortCode));
      const slug = item && slugFrom(item, nowMs);
      if (slug?.kind !== 'ruled') return slug;
      const routingRules = await findRules(rulesKey(domainId, shortCode, slug.rulesId));
      return { kind: 'link', link: { ...slug.link, routingRules } };
    },
  };
}
