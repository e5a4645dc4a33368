import { Problem } from '../problem.ts';
import type { Logo } from './logo/logo.ts';
import type { LogoStore } from './logo-store.ts';
import type { StyleLayer } from './style/style-layer.ts';

/** As many as the largest plan has presets: enough for each to have its own. */
export const MAX_LOGOS = 500;

export type LogoTools = {
  logos: LogoStore;
  /** A logo out of an upload. @throws Problem 'invalid_style' */
  takeLogo(bytes: Uint8Array): Promise<Logo>;
  newId(): string;
};

/** A logo with the id by which styles name it. */
export type KeptLogo = { logoId: string; logo: Logo };

/**
 * Keeps what was uploaded as a logo of a workspace.
 * @throws Problem 'invalid_style' when it is no image that is taken, 'plan_limit' when there are as many as may be
 */
export async function keepLogo(
  { logos, takeLogo, newId }: LogoTools,
  workspaceId: string,
  bytes: Uint8Array,
): Promise<KeptLogo> {
  const logo = await takeLogo(bytes);
  // Two at once may both be the last one: it bounds what is stored, nobody pays by it.
  if ((await logos.count(workspaceId, MAX_LOGOS)) >= MAX_LOGOS) {
    const message = `The workspace has ${MAX_LOGOS} logos, which is as many as are kept; delete one first`;
    throw new Problem('plan_limit', message);
  }
  const logoId = newId();
  await logos.put(workspaceId, logoId, logo);
  return { logoId, logo };
}

/** A logo by its id. @throws Problem 'not_found', also for one of another workspace */
export async function findLogo(
  logos: Pick<LogoStore, 'find'>,
  workspaceId: string,
  logoId: string,
): Promise<KeptLogo> {
  const logo = await logos.find(workspaceId, logoId);
  if (logo === undefined) throw noLogo(logoId);
  return { logoId, logo };
}

/** Styles that name it are refused to be drawn from then on. @throws Problem 'not_found' */
export async function deleteLogo(
  logos: Pick<LogoStore, 'has' | 'remove'>,
  workspaceId: string,
  logoId: string,
): Promise<void> {
  if (!(await logos.has(workspaceId, logoId))) throw noLogo(logoId);
  await logos.remove(workspaceId, logoId);
}

/**
 * Sees that the logo which a layer names is there.
 * @param field  how the caller calls the style
 * @throws Problem 'not_found'
 */
export async function requireLogo(
  logos: Pick<LogoStore, 'has'>,
  workspaceId: string,
  { logo }: StyleLayer,
  field = 'style',
): Promise<void> {
  const logoId = logo?.logo_id;
  if (logoId === undefined || (await logos.has(workspaceId, logoId))) return;
  throw noLogo(logoId, `${field}.logo.logo_id`);
}

const noLogo = (logoId: string, field?: string): Problem =>
  new Problem('not_found', `There is no logo ${logoId} in this workspace.`, { field });
