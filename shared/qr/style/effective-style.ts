import { canonicalJson } from '../../canonical-json.ts';
import { sha256 } from '../../sha256.ts';
import { checkStyle, type StyleWarning } from './check-style.ts';
import { resolveStyle } from './resolve-style.ts';
import type { Style } from './style.ts';
import type { StyleLayer } from './style-layer.ts';

/** A style that can be scanned, with its name and what there is to say of it. */
export type EffectiveStyle = {
  style: Style;
  /** `qr_style_hash`: SHA-256 of the canonical form, 64 hex digits. */
  hash: string;
  warnings: StyleWarning[];
};

/**
 * The style that layers amount to: over the defaults lie, in this order, the workspace's default preset, the link's
 * preset, the link's own style, the request's preset, the request's style; those that there are.
 * @throws Problem 'invalid_style' when a code of it would not scan, with the figure that was measured
 */
export function effectiveStyle(layers: readonly StyleLayer[]): EffectiveStyle {
  const style = resolveStyle(layers);
  const warnings = checkStyle(style);
  return { style, hash: styleHash(style), warnings };
}

/** SHA-256 of a style's canonical form, in hex: styles that are the same picture have the same. */
export const styleHash = (style: Style): string => sha256(canonicalJson(style), 'hex');
