import type { OwnHosts } from '#shared/links/destinations/own-hosts.ts';
import { checkDestination } from '../destinations/check-destination.ts';
import { ruleDestinations } from './parse-rules.ts';
import type { RoutingRule } from './routing-rule.ts';

type RuleContext = {
  allowHttp: boolean;
  hosts: OwnHosts;
  /** How the caller calls the rules. */
  field?: string | undefined;
};

/** @throws Problem 'destination_blocked' for a rule that leads where a link may not */
export async function checkRuleDestinations(
  rules: readonly RoutingRule[],
  { allowHttp, hosts, field: rulesField }: RuleContext,
): Promise<void> {
  for (const { url, field } of ruleDestinations(rules, rulesField)) {
    await hosts.refuse(checkDestination(url, { allowHttp, field }), field);
  }
}
