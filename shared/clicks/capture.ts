import { cutUtf8 } from '#shared/utf8.ts';
import type { SlugLink, Utm } from '../links/link.ts';
import type { Click } from './click.ts';
import { socialSource } from './social-source.ts';
import type { Agent } from './user-agent.ts';

/** Where the edge believes a visitor to be: its headers as they came, undefined where it does not know. */
export type EdgeGeo = {
  country: string | undefined;
  countryName: string | undefined;
  region: string | undefined;
  regionName: string | undefined;
  city: string | undefined;
};

/** A place as clicks keep it. */
export type Place = Pick<Click, 'countryCode' | 'countryName' | 'regionCode' | 'regionName' | 'city'>;

/** All that a click is made of. */
export type Capture = {
  clickId: string;
  link: SlugLink;
  scan: boolean;
  agent: Agent;
  place: Place;
  /** The Referer header, empty when there was none. */
  referrer: string;
  /** As the destination gets them. */
  utm: Utm;
  variantKey: string | null;
  visitorHash: string | null;
};

/** Bytes of UTF-8; the contract, section 4.1. */
const REFERRER_BYTES = 256;
/** The longest name that DNS allows. */
const HOST_BYTES = 253;
const PLACE_BYTES = 96;
/** Holds whatever may be set on a link: 256 UTF-16 units of three bytes. */
const UTM_BYTES = 768;

/** The click of a visit that leads on. Every text is bounded, whatever was sent. */
export function captureClick(capture: Capture): Click {
  const { link, utm } = capture;
  const referrerHost = hostOf(capture.referrer);
  return {
    clickId: capture.clickId,
    workspaceId: link.workspaceId,
    urlId: link.urlId,
    shortCode: link.shortCode,
    domain: link.domain,
    touchType: capture.scan ? 'qr_scan' : 'short_link_click',
    ...capture.agent,
    ...capture.place,
    referrer: bounded(capture.referrer, REFERRER_BYTES),
    referrerHost,
    socialSource: socialSource(referrerHost, capture.agent.browserFamily),
    utmSource: bounded(utm.source, UTM_BYTES),
    utmMedium: bounded(utm.medium, UTM_BYTES),
    utmCampaign: bounded(utm.campaign, UTM_BYTES),
    utmTerm: bounded(utm.term, UTM_BYTES),
    utmContent: bounded(utm.content, UTM_BYTES),
    variantKey: capture.variantKey,
    space: link.space,
    tags: link.tags,
    visitorHash: capture.visitorHash,
  };
}

/**
 * Codes and names of the edge's geo headers. Codes that have another shape than ISO 3166's are dropped; names come
 * percent-encoded where they are not ASCII.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
 */
export function placeOf(geo: EdgeGeo): Place {
  const countryCode = codeOf(geo.country, /^[A-Z]{2}$/);
  return {
    countryCode,
    countryName: placeNameOf(geo.countryName) ?? nameOfCountry(countryCode),
    regionCode: codeOf(geo.region, /^[A-Z0-9]{1,3}$/),
    regionName: placeNameOf(geo.regionName),
    city: placeNameOf(geo.city),
  };
}

let countryNames: Intl.DisplayNames | undefined;

/** An edge may send the code alone; codes that belong to no country have no name. */
function nameOfCountry(code: string | null): string | null {
  if (code === null) return null;
  // Made at first need: loading the names takes several milliseconds of a cold start, and CloudFront sends them.
  countryNames ??= new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  return countryNames.of(code) ?? null;
}

const codeOf = (header: string | undefined, shape: RegExp): string | null => {
  const code = (header ?? '').trim().toUpperCase();
  return shape.test(code) ? code : null;
};

const placeNameOf = (header: string | undefined): string | null =>
  bounded(decoded(header ?? '').trim(), PLACE_BYTES);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The host of a referrer without its port; apps have one too (`android-app://com.example`). */
function hostOf(referrer: string): string | null {
  if (!URL.canParse(referrer)) return null;
  return bounded(new URL(referrer).hostname.toLowerCase(), HOST_BYTES);
}

/** A text within its bound; null when there is none. */
const bounded = (text: string | null, maxBytes: number): string | null =>
  cutUtf8(text ?? '', maxBytes) || null;
