import type { CommonTools } from '#functions/http/open-tools.ts';
import type { Link } from '#shared/links/link.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { type LinkView, linkView } from '#shared/links/link-view.ts';
import type { TotalsReader } from '#shared/roll-ups/totals.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';

export type LinkTools = CommonTools & {
  links: LinkStore;
  totals: TotalsReader;
  /** A slug that nobody chose. */
  newSlug(): string;
  /** @throws Problem 'invalid_style', 'not_found' for the preset, or what the plan does not include */
  checkQr(workspace: Workspace, qr: NonNullable<Link['qr']>): Promise<void>;
};

/** A link as answers show it, with its clicks. */
export async function viewOf(link: Link, tools: LinkTools): Promise<LinkView> {
  const totals = await tools.totals.find(link.workspaceId, link.urlId);
  return linkView(link, { shortOrigin: tools.shortOrigin, nowMs: tools.now(), clicks: totals?.clicks ?? 0 });
}

/** `{"ok":true,"link":{…}}` */
export const linkAnswer = async (link: Link, tools: LinkTools) => ({
  status: 200,
  body: { ok: true, link: await viewOf(link, tools) },
});

type QrInput = { preset_id?: string | null | undefined; style?: Record<string, unknown> | null | undefined };

/** The QR state that a request names, checked; undefined when it names none. */
export async function qrFrom(
  qr: QrInput | null | undefined,
  workspace: Workspace,
  tools: Pick<LinkTools, 'checkQr'>,
): Promise<Link['qr'] | undefined> {
  if (!qr) return qr;
  const state = { presetId: qr.preset_id ?? null, style: qr.style ?? null };
  await tools.checkQr(workspace, state);
  return state;
}
