import type { Link } from './link.ts';

type Typed = Pick<Link, 'type' | 'saidDynamic' | 'routingRules'>;

/** The link with the type that follows from what was said and from its rules. */
export function withType<T extends Omit<Typed, 'type'>>(link: T): T & Pick<Link, 'type'> {
  const leadsIntoApps = link.routingRules.some(({ actionType }) => actionType === 'deep_link');
  return { ...link, type: link.saidDynamic || leadsIntoApps ? 'dynamic' : 'unified' };
}
