import type { Click } from '../../clicks/click.ts';
import { clickMs } from '../../clicks/click-id.ts';
import type { RowTable } from '../dialect.ts';

/** A click as Codelloy's clients know it: all 23 fields, always, in the page's order. */
export type CodelloyEvent = {
  eventId: string;
  schemaVersion: 1;
  createdAt: string;
  shortCode: string;
  shortUrlId: string;
  eventType: 'CLICK';
  clickSource: 'DIRECT' | 'QR_CODE';
  referrer: string | null;
  referrerDomain: string | null;
  country: string | null;
  countryCode: string | null;
  city: string | null;
  region: string | null;
  browserName: string | null;
  browserVersion: string | null;
  osName: string | null;
  osVersion: string | null;
  deviceType: string | null;
  deviceBrand: string | null;
  deviceModel: string | null;
  utmSource: string | null;
  utmMedium: string | null;
  utmCampaign: string | null;
};

/** The fields in the order of the page: the header row of its CSV. */
const FIELDS = [
  'eventId',
  'schemaVersion',
  'createdAt',
  'shortCode',
  'shortUrlId',
  'eventType',
  'clickSource',
  'referrer',
  'referrerDomain',
  'country',
  'countryCode',
  'city',
  'region',
  'browserName',
  'browserVersion',
  'osName',
  'osVersion',
  'deviceType',
  'deviceBrand',
  'deviceModel',
  'utmSource',
  'utmMedium',
  'utmCampaign',
] as const satisfies readonly (keyof CodelloyEvent)[];

/** Fields whose values are our own words, ids and instants: in a CSV they need neither quotes nor a formula guard. */
const SAFE = new Set<keyof CodelloyEvent>([
  'eventId',
  'schemaVersion',
  'createdAt',
  'shortUrlId',
  'eventType',
  'clickSource',
]);

/** A recorded click in this dialect's words. */
const codelloyEvent = (click: Click): CodelloyEvent => ({
  eventId: click.clickId,
  schemaVersion: 1,
  createdAt: new Date(clickMs(click.clickId)).toISOString(),
  shortCode: click.shortCode,
  shortUrlId: click.urlId,
  eventType: 'CLICK',
  clickSource: click.touchType === 'qr_scan' ? 'QR_CODE' : 'DIRECT',
  referrer: click.referrer,
  referrerDomain: click.referrerHost,
  country: click.countryName,
  countryCode: click.countryCode,
  city: click.city,
  region: click.regionName,
  browserName: click.browserFamily,
  browserVersion: click.browserVersion,
  osName: click.osFamily,
  osVersion: click.osVersion,
  deviceType: click.deviceCategory?.toUpperCase() ?? null,
  deviceBrand: click.deviceBrand,
  deviceModel: click.deviceModel,
  utmSource: click.utmSource,
  utmMedium: click.utmMedium,
  utmCampaign: click.utmCampaign,
});

/** Recorded clicks as events. */
export const codelloyEvents = { fields: FIELDS, safe: SAFE, row: codelloyEvent } as const satisfies RowTable;
