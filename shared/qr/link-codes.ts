import { type Link, shortUrl } from '#shared/links/link.ts';
import { Problem } from '#shared/problem.ts';
import type { Logo } from './logo/logo.ts';
import type { Renderer } from './renderer.ts';
import { type EffectiveStyle, effectiveStyle } from './style/effective-style.ts';
import type { StyleLayer } from './style/style-layer.ts';

/** What a code is drawn by: the saved state of its link, or one preset in its place. */
export type RenderSource = { type: 'effective' } | { type: 'preset'; presetId: string };

type Preset = { presetId: string; style: StyleLayer; isDefault: boolean };

export type CodeTools = {
  presets: { list(workspaceId: string): Promise<readonly Preset[]> };
  logos: { find(workspaceId: string, logoId: string): Promise<Logo | undefined> };
  renderer: Renderer;
  /** How short URLs begin: `https://{domain}`. */
  shortOrigin: string;
};

type CodeLink = Pick<Link, 'domain' | 'shortCode' | 'qr'>;
export type DrawnCode = { bytes: Buffer; style: EffectiveStyle };
type Drawing = { source: RenderSource; format: 'png' | 'svg'; size: number; style?: StyleLayer | undefined };

/** The codes of a workspace's links, by its presets and logos as they were when it was opened. */
export type LinkCodes = {
  /** @throws Problem 'invalid_style' or 'not_found' when there is no such preset */
  styleOf(link: CodeLink, source: RenderSource, style?: StyleLayer): EffectiveStyle;
  /** @throws Problem that says why there is no code */
  draw(link: CodeLink, drawing: Drawing): Promise<DrawnCode>;
};

/** Tells a scan from a click on the way back. */
const SCANNED = 'nr=qr';

export async function openLinkCodes(
  workspaceId: string,
  { presets, logos, renderer, shortOrigin }: CodeTools,
): Promise<LinkCodes> {
  const known = new Map((await presets.list(workspaceId)).map((preset) => [preset.presetId, preset]));
  const byDefault = [...known.values()].filter(({ isDefault }) => isDefault).map(({ style }) => style);
  const found = new Map<string, Promise<Logo | undefined>>();

  const presetStyle = (presetId: string): StyleLayer => {
    const preset = known.get(presetId);
    if (preset === undefined)
      throw new Problem('not_found', `there is no QR preset ${presetId} in this workspace`);
    return preset.style;
  };
  const styleOf: LinkCodes['styleOf'] = ({ qr }, source, style) =>
    effectiveStyle([
      ...byDefault,
      ...(source.type === 'preset'
        ? [presetStyle(source.presetId)]
        : [
            ...(qr?.presetId ? [presetStyle(qr.presetId)] : []),
            ...(qr?.style ? [qr.style as StyleLayer] : []),
          ]),
      ...(style ? [style] : []),
    ]);
  const logoOf = async ({ style: { logo } }: EffectiveStyle): Promise<Logo | undefined> => {
    if (logo === null) return undefined;
    const { logo_id: id } = logo;
    const finding = found.get(id) ?? logos.find(workspaceId, id);
    found.set(id, finding);
    const picture = await finding;
    if (picture === undefined) throw new Problem('not_found', `there is no logo ${id} in this workspace`);
    return picture;
  };
  return {
    styleOf,
    async draw(link, { source, format, size, style: over }) {
      const style = styleOf(link, source, over);
      const text = `${shortUrl(shortOrigin, link as Link)}?${SCANNED}`;
      return { style, bytes: renderer.render({ text, style, size, format, logo: await logoOf(style) }) };
    },
  };
}
