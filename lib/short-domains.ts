import type { Construct } from 'constructs';

/** The hosts beside its own that the front of the short domains serves: the context `shortDomains`, a list, or names with commas between. */
export function shortDomains({ node }: Construct): string[] {
  const given: string | string[] = node.tryGetContext('shortDomains') ?? [];
  const names = typeof given === 'string' ? given.split(',') : given;
  return names.map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
}
