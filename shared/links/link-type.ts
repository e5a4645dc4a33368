import type { Link } from './link.ts';

type Typed = Pick<Link, 'type' | 'saidDynamic' | 'routingRules'>;

/** True for rules with a deep link among them. */
export const leadsIntoApps = (rules: Link['routingRules']): boolean =>
  rules.some(({ actionType }) => actionType === 'deep_link');

/** The link with the type that follows from what was said and from its rules. */
export function withType<T extends Omit<Typed, 'type'>>(link: T): T & Pick<Link, 'type'> {
  return { ...link, type: link.saidDynamic || leadsIntoApps(link.routingRules) ? 'dynamic' : 'unified' };
}
