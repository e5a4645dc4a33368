import { type Link, shortUrl } from '#shared/links/link.ts';
import { Problem } from '#shared/problem.ts';
import type { Logo } from './logo/logo.ts';
import type { PresetReader } from './presets/preset-store.ts';
import type { Renderer } from './renderer.ts';
import { type EffectiveStyle, effectiveStyle } from './style/effective-style.ts';
import type { StyleLayer } from './style/style-layer.ts';

/** What a code is drawn by: the saved state of its link, or one preset in place of the link's. */
export type RenderSource = { type: 'effective' } | { type: 'preset'; presetId: string };

export type CodeTools = {
  presets: Pick<PresetReader, 'list'>;
  logos: { find(workspaceId: string, logoId: string): Promise<Logo | undefined> };
  renderer: Renderer;
  /** How short URLs begin: `https://{domain}`. */
  shortOrigin: string;
};

type CodeLink = Pick<Link, 'domain' | 'shortCode' | 'qr'>;
export type Picture = { format: 'png' | 'svg'; size: number };

/** The codes of a workspace's links, by its presets and logos as they were when it was opened. */
export type LinkCodes = {
  /** What the code of a link says: its short URL, marked as scanned. */
  textOf(link: CodeLink): string;
  /**
   * @param over  laid over all that is saved
   * @throws Problem 'invalid_style', or 'not_found' when there is no preset that the source names
   */
  styleOf(link: CodeLink, source: RenderSource, over?: StyleLayer): EffectiveStyle;
  /** @throws Problem that says why there is no code */
  draw(link: CodeLink, style: EffectiveStyle, picture: Picture): Promise<Buffer>;
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

  const chosen = (presetId: string): StyleLayer => {
    const preset = known.get(presetId);
    if (preset) return preset.style;
    throw new Problem('not_found', `There is no QR preset ${presetId} in this workspace.`);
  };
  /** A link goes on without a preset that was deleted. */
  const saved = ({ qr }: CodeLink): StyleLayer[] =>
    [
      qr?.presetId ? known.get(qr.presetId)?.style : undefined,
      qr?.style as StyleLayer | null | undefined,
    ].filter((layer) => layer !== undefined && layer !== null);
  const logoOf = async ({ style: { logo } }: EffectiveStyle): Promise<Logo | undefined> => {
    if (logo === null) return undefined;
    const { logo_id: logoId } = logo;
    const finding = found.get(logoId) ?? logos.find(workspaceId, logoId);
    found.set(logoId, finding);
    const picture = await finding;
    if (picture) return picture;
    throw new Problem('not_found', `There is no logo ${logoId} in this workspace.`);
  };
  const textOf = (link: CodeLink): string => `${shortUrl(shortOrigin, link)}?${SCANNED}`;
  return {
    textOf,
    styleOf: (link, source, over) =>
      effectiveStyle([
        ...byDefault,
        ...(source.type === 'preset' ? [chosen(source.presetId)] : saved(link)),
        ...(over ? [over] : []),
      ]),
    draw: async (link, style, picture) =>
      renderer.render({ text: textOf(link), style, ...picture, logo: await logoOf(style) }),
  };
}
