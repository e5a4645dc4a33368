import { type Link, linkStatus, shortUrl } from './link.ts';

/** What a link's view needs beside the link. */
export type ViewContext = {
  shortOrigin: string;
  nowMs: number;
  /** Every recorded event of the link. */
  clicks: number;
};

const instant = (ms: number): string => new Date(ms).toISOString();

/** A link as the native API shows it. The password never leaves; that there is one does. */
export function linkView(link: Link, { shortOrigin, nowMs, clicks }: ViewContext) {
  return {
    url_id: link.urlId,
    account_id: link.workspaceId,
    domain_id: link.domainId,
    domain: link.domain,
    short_code: link.shortCode,
    short_url: shortUrl(shortOrigin, link),
    destination_url: link.destinationUrl,
    title: link.title,
    utm: link.utm,
    custom_query_params: link.customQueryParams,
    space: link.space,
    tags: link.tags,
    type: link.type,
    status: linkStatus(link, nowMs),
    expires_at: link.expiresAtMs === null ? null : instant(link.expiresAtMs),
    password_protected: link.passwordHash !== null,
    redirect_status_code: link.redirectStatusCode,
    pass_click_id: link.passClickId,
    forward_query: link.forwardQuery,
    routing_rules: link.routingRules,
    qr: link.qr === null ? null : { preset_id: link.qr.presetId, style: link.qr.style },
    clicks,
    created_at: instant(link.createdAtMs),
    updated_at: instant(link.updatedAtMs),
  };
}

export type LinkView = ReturnType<typeof linkView>;
