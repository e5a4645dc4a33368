import { Problem } from '../problem.ts';
import { PLANS, type PlanName } from '../workspaces/plans.ts';
import type { Principal, Workspace } from '../workspaces/workspace.ts';
import type { StyleLayer } from './style/style-layer.ts';

/** `professional and enterprise` */
const WITH_QR_API = (Object.keys(PLANS) as PlanName[]).filter((plan) => PLANS[plan].qrApi).join(' and ');

/**
 * @param what  the beginning of a sentence: what the QR API is wanted for
 * @throws Problem 'feature_not_enabled' for an API key when the plan has no QR API; sessions may, whatever the plan
 */
export function requireQrApi({ via, workspace: { plan } }: Principal, what: string): void {
  if (via !== 'key' || PLANS[plan].qrApi) return;
  throw new Problem(
    'feature_not_enabled',
    `${what} by an API key, which the plan ${plan} does not include; ${WITH_QR_API} do. A session may`,
  );
}

/**
 * Sees that a layer asks for no frame and no words of its own where the plan has none.
 * @param field  how the caller calls the style
 * @throws Problem 'feature_not_enabled'
 */
export function requireFrames({ plan }: Workspace, { frame }: StyleLayer, field = 'style'): void {
  if (frame === undefined || PLANS[plan].qrApi) return;
  const refuse = (member: string, what: string, allowed: string): never => {
    throw new Problem(
      'feature_not_enabled',
      `The plan ${plan} does not include ${what}; ${WITH_QR_API} do. Here "${field}.frame.${member}" may be ${allowed}`,
      { field: `${field}.frame.${member}` },
    );
  };
  const { layout = 'none', text = null } = frame;
  if (layout !== 'none') refuse('layout', `frames (got ${layout})`, 'none');
  if (text !== null) refuse('text', 'a call to action of your own', 'null');
}
