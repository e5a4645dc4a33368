import type { Link } from '../../links/link.ts';
import type { QrCheck } from '../../links/link-features.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { requireLogo } from '../keep-logo.ts';
import type { LogoStore } from '../logo-store.ts';
import { requireFrames } from '../qr-features.ts';
import { effectiveStyle } from '../style/effective-style.ts';
import { parseStyle } from '../style/parse-style.ts';
import type { StyleLayer } from '../style/style-layer.ts';
import type { PresetReader } from './preset-store.ts';
import { findPreset } from './save-preset.ts';

type Stores = { presets: Pick<PresetReader, 'find' | 'findDefault'>; logos: Pick<LogoStore, 'has'> };

/**
 * Checks QR states of links over the presets that lie under them. A preset is read once, however many links name it:
 * one check is for one request.
 */
export function linkQrCheck(workspace: Workspace, { presets, logos }: Stores): QrCheck {
  const { workspaceId } = workspace;
  const byId = new Map<string, Promise<StyleLayer>>();
  const styleOf = (presetId: string, field: string): Promise<StyleLayer> => {
    const known =
      byId.get(presetId) ?? findPreset(presets, workspaceId, presetId, field).then(({ style }) => style);
    byId.set(presetId, known);
    return known;
  };
  let byDefault: Promise<StyleLayer | undefined> | undefined;
  const defaultStyle = (): Promise<StyleLayer | undefined> => {
    byDefault ??= presets.findDefault(workspaceId).then((preset) => preset?.style);
    return byDefault;
  };
  return async ({ presetId, style: given }, source) => {
    const field = `${source.field}.style`;
    const style = given === null ? null : parseStyle(given, { ...source, field });
    if (style !== null) {
      requireFrames(workspace, style, field);
      await requireLogo(logos, workspaceId, style, field);
    }
    const preset = presetId === null ? undefined : await styleOf(presetId, `${source.field}.preset_id`);
    const layers = [await defaultStyle(), preset, style ?? undefined].filter((layer) => layer !== undefined);
    const qr: NonNullable<Link['qr']> = { presetId, style };
    return { qr, warnings: effectiveStyle(layers).warnings };
  };
}
