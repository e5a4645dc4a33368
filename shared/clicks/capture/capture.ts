import type { SlugLink, Utm } from '#shared/links/link.ts';
import type { Click } from '../click.ts';
import { CLICK_TEXT_BYTES, clickText } from './click-texts.ts';
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

/** The click of a visit that leads on. Every text is bounded, whatever was sent. */
export function captureClick(capture: Capture): Click {
  const { link, utm } = capture;
  const origin = originOf(capture.referrer);
  return {
    clickId: capture.clickId,
    workspaceId: link.workspaceId,
    urlId: link.urlId,
    shortCode: link.shortCode,
    domain: link.domain,
    touchType: capture.scan ? 'qr_scan' : 'short_link_click',
    ...capture.agent,
    ...capture.place,
    referrer: clickText('referrer', capture.referrer),
    referrerHost: origin && hostNameOf(origin),
    socialSource: socialSource(origin?.hostname.toLowerCase() ?? null, capture.agent.browserFamily),
    utmSource: clickText('utmSource', utm.source),
    utmMedium: clickText('utmMedium', utm.medium),
    utmCampaign: clickText('utmCampaign', utm.campaign),
    utmTerm: clickText('utmTerm', utm.term),
    utmContent: clickText('utmContent', utm.content),
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
    countryName: placeNameOf('countryName', geo.countryName) ?? nameOfCountry(countryCode),
    regionCode: codeOf(geo.region, /^[A-Z0-9]{1,3}$/),
    regionName: placeNameOf('regionName', geo.regionName),
    city: placeNameOf('city', geo.city),
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

const placeNameOf = (
  member: 'countryName' | 'regionName' | 'city',
  header: string | undefined,
): string | null => clickText(member, decoded(header ?? '').trim());

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where a referrer points; apps have an address too (`android-app://com.example`). */
const originOf = (referrer: string): URL | null => URL.parse(referrer);

/** What DNS takes for a name; URLs hold much else in its place, that a spreadsheet may read as a formula. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The host of a website's address, without port and final dot; null where it is no name, or no website's. */
function hostNameOf({ protocol, hostname }: URL): string | null {
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  const name = hostname.replace(/\.$/, '');
  const isName =
    name.length <= CLICK_TEXT_BYTES.referrerHost && name.split('.').every((one) => LABEL.test(one));
  return isName ? name : null;
}
