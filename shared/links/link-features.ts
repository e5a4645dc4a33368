import { Problem } from '../problem.ts';
import { PLANS } from '../workspaces/plans.ts';
import type { Workspace } from '../workspaces/workspace.ts';

/** @throws Problem 'feature_not_enabled' when the plan has no password protection */
export function requirePasswords({ plan }: Workspace): void {
  if (PLANS[plan].passwordsAndRules) return;
  throw new Problem('feature_not_enabled', `The plan ${plan} does not include password protection.`, {
    field: 'password',
  });
}

/** @throws Problem 'routing_rules_not_allowed' when the plan has no routing rules */
export function requireRules({ plan }: Workspace, field = 'rules'): void {
  if (PLANS[plan].passwordsAndRules) return;
  throw new Problem('routing_rules_not_allowed', `The plan ${plan} does not include routing rules.`, {
    field,
  });
}

/** Stands in for the check of a QR state. @throws Problem 'invalid_style', whatever it is */
export const refuseQr = async (): Promise<never> => {
  throw new Problem('invalid_style', 'QR presets and styles cannot be saved on links yet', { field: 'qr' });
};
