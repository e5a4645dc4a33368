/**
 * One recorded redirect, with everything as it was at that moment; it never changes.
 * No IP address and no raw user agent are part of it.
 */
export type Click = {
  /** ULID minted by the redirect; its milliseconds are the click time. */
  clickId: string;
  workspaceId: string;
  urlId: string;
  shortCode: string;
  /** Host without port. */
  domain: string;
  touchType: 'short_link_click' | 'qr_scan';
  bot: boolean;
  /** Codes and names from the edge; null where unknown. */
  countryCode: string | null;
  countryName: string | null;
  regionCode: string | null;
  regionName: string | null;
  city: string | null;
  deviceCategory: 'mobile' | 'tablet' | 'desktop' | null;
  deviceBrand: string | null;
  deviceModel: string | null;
  browserFamily: string | null;
  browserVersion: string | null;
  osFamily: string | null;
  osVersion: string | null;
  /** Cut at 256 bytes. */
  referrer: string | null;
  referrerHost: string | null;
  socialSource: string | null;
  utmSource: string | null;
  utmMedium: string | null;
  utmCampaign: string | null;
  utmTerm: string | null;
  utmContent: string | null;
  variantKey: string | null;
  space: string | null;
  tags: readonly string[];
  /** Same within one UTC day for one visitor of one workspace; rotates daily. */
  visitorHash: string | null;
};

/** A click with what the consumer adds. */
export type RecordedClick = Click & {
  /** When the consumer wrote it, ms. */
  recordedAtMs: number;
  /** True when it came too late for the day shards' horizon and therefore also stands in the late lane. */
  late: boolean;
};

/** How many shards a workspace's day has; shard = hash(click id) mod this. */
export const CLICK_SHARDS = 8;

/**
 * Attribute names of a stored click: short, because every byte is paid on each write and read.
 * An absent attribute is null (or false, or the empty list). The sort key is the click id, and the partition key holds
 * the workspace.
 */
export const CLICK_ATTRIBUTES = {
  urlId: 'u',
  shortCode: 'c',
  domain: 'd',
  /** BOOL true for a scan; absent for a click. */
  touchType: 'q',
  /** BOOL true; absent for a person. */
  bot: 'b',
  countryCode: 'co',
  countryName: 'cn',
  regionCode: 'rc',
  regionName: 'rn',
  city: 'ci',
  deviceCategory: 'dc',
  deviceBrand: 'db',
  deviceModel: 'dm',
  browserFamily: 'bf',
  browserVersion: 'bv',
  osFamily: 'of',
  osVersion: 'ov',
  referrer: 'rf',
  referrerHost: 'rh',
  socialSource: 'ss',
  utmSource: 'us',
  utmMedium: 'um',
  utmCampaign: 'uc',
  utmTerm: 'ut',
  utmContent: 'un',
  variantKey: 'v',
  space: 'sp',
  /** S, joined by commas: a tag holds no comma. */
  tags: 'tg',
  visitorHash: 'vh',
  /** N, ms. */
  recordedAtMs: 'r',
  /** BOOL true; absent for an on-time click. */
  late: 'l',
} as const;
