import type { CommonTools } from '#functions/http/open-tools.ts';
import type { Link } from '#shared/links/link.ts';
import type { CheckedQr, QrCheck, QrSource } from '#shared/links/link-features.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import { type LinkView, linkView } from '#shared/links/link-view.ts';
import type { TotalsReader } from '#shared/roll-ups/totals.ts';
import type { Workspace } from '#shared/workspaces/workspace.ts';

export type LinkTools = CommonTools & {
  links: LinkStore;
  totals: TotalsReader;
  /** A slug that nobody chose. */
  newSlug(): string;
  /** For one request: it reads no preset twice. */
  openQrCheck(workspace: Workspace): QrCheck;
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

type QrInput = { preset_id?: string | null | undefined; style?: unknown };

/**
 * The QR state that a request names, checked; null when it is to be none, undefined when it names none.
 * @param before  the state that is changed: what the request does not name of it stays
 */
export async function qrFrom(
  qr: QrInput | null | undefined,
  check: QrCheck,
  source: QrSource,
  before: Link['qr'] = null,
): Promise<CheckedQr | null | undefined> {
  if (!qr) return qr;
  const { preset_id = before?.presetId ?? null, style = before?.style ?? null } = qr;
  return check({ presetId: preset_id, style: style as Record<string, unknown> | null }, source);
}

/** `warnings`, where there is something to say. */
export const warningsOf = (checked: CheckedQr | null | undefined): Pick<CheckedQr, 'warnings'> | undefined =>
  checked?.warnings.length ? { warnings: checked.warnings } : undefined;
