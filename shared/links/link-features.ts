import { Problem } from '../problem.ts';
import { PLANS } from '../workspaces/plans.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { Link } from './link.ts';

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

/** How a QR state is called where it comes from; `secret`: it stands beside a password, and nothing of it is quoted. */
export type QrSource = { field: string; where: string; secret?: boolean };

/** A QR state as it is kept, and what a person would want to know of it. */
export type CheckedQr = {
  qr: NonNullable<Link['qr']>;
  warnings: readonly { code: string; message: string }[];
};

/**
 * Checks what links are to have for a QR state, for one workspace.
 * @throws Problem 'invalid_style', 'not_found' for a preset that is none of the workspace, or what the plan lacks
 */
export type QrCheck = (qr: NonNullable<Link['qr']>, source: QrSource) => Promise<CheckedQr>;
