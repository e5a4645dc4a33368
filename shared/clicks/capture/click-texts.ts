import { cutUtf8 } from '#shared/utf8.ts';

/**
 * How much of each text a click keeps, in bytes of UTF-8, so that its item has a bound whatever a visitor sends.
 * Texts that the link gives are bounded when they are set on it, in characters of up to four bytes; space and tags fit.
 */
export const CLICK_TEXT_BYTES = {
  shortCode: 64,
  /** The longest name that DNS allows. */
  domain: 253,
  countryCode: 2,
  countryName: 96,
  regionCode: 3,
  regionName: 96,
  city: 96,
  deviceBrand: 40,
  deviceModel: 40,
  browserFamily: 40,
  browserVersion: 16,
  osFamily: 40,
  osVersion: 16,
  /** The contract, section 4.1. */
  referrer: 256,
  referrerHost: 253,
  socialSource: 40,
  /** The contract, section 4.1: a visitor can hand them on. */
  utmSource: 256,
  utmMedium: 256,
  utmCampaign: 256,
  utmTerm: 256,
  utmContent: 256,
  variantKey: 64,
  space: 400,
  visitorHash: 32,
} as const;

/** And of a click's tags. */
export const CLICK_TAGS = { most: 50, bytesEach: 256 } as const;

type Text = keyof typeof CLICK_TEXT_BYTES;

/** A text of a click within its bound. */
export const cutClickText = (member: Text, text: string): string => cutUtf8(text, CLICK_TEXT_BYTES[member]);

/** Likewise, of a text that may be missing: null when there is none. */
export const clickText = (member: Text, text: string | null | undefined): string | null =>
  cutClickText(member, text ?? '') || null;
