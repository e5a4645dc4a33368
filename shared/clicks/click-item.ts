import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { CLICK_ATTRIBUTES, type Click, type RecordedClick } from './click.ts';
import { clickKey, workspaceOfLane } from './click-keys.ts';
import type { RawClick } from './read/click-reader.ts';

/** The members that are stored as text as they are, under their short names. */
const TEXTS = [
  'urlId',
  'shortCode',
  'domain',
  'countryCode',
  'countryName',
  'regionCode',
  'regionName',
  'city',
  'deviceCategory',
  'deviceBrand',
  'deviceModel',
  'browserFamily',
  'browserVersion',
  'osFamily',
  'osVersion',
  'referrer',
  'referrerHost',
  'socialSource',
  'utmSource',
  'utmMedium',
  'utmCampaign',
  'utmTerm',
  'utmContent',
  'variantKey',
  'space',
  'visitorHash',
] as const satisfies readonly (keyof Click)[];

const NAMES = CLICK_ATTRIBUTES;
const YES: AttributeValue = { BOOL: true };

/**
 * A click as it is stored: one item of the Clicks table, with key and TTL. Its workspace stands in the partition key.
 * @param ttlSeconds  when it may be deleted, in seconds since the epoch
 */
export function clickItem(click: Click, recordedAtMs: number, late: boolean, ttlSeconds: number): RawClick {
  const { pk, sk } = clickKey(click.workspaceId, click.clickId);
  const item: RawClick = { pk: { S: pk }, sk: { S: sk } };
  for (const member of TEXTS) {
    const text = click[member];
    if (text !== null) item[NAMES[member]] = { S: text };
  }
  if (click.tags.length > 0) item[NAMES.tags] = { S: click.tags.join(',') };
  if (click.touchType === 'qr_scan') item[NAMES.touchType] = YES;
  if (click.bot) item[NAMES.bot] = YES;
  item[NAMES.recordedAtMs] = { N: String(recordedAtMs) };
  if (late) item[NAMES.late] = YES;
  item.ttl = { N: String(ttlSeconds) };
  return item;
}

/** A stored click in full; the inverse of clickItem. */
export function clickFrom(item: RawClick): RecordedClick {
  const texts = Object.fromEntries(TEXTS.map((member) => [member, item[NAMES[member]]?.S ?? null]));
  const tags = item[NAMES.tags]?.S;
  return {
    ...(texts as Pick<Click, (typeof TEXTS)[number]>),
    clickId: item.sk!.S!,
    workspaceId: workspaceOfLane(item.pk!.S!),
    touchType: item[NAMES.touchType]?.BOOL ? 'qr_scan' : 'short_link_click',
    bot: item[NAMES.bot]?.BOOL ?? false,
    tags: tags === undefined ? [] : tags.split(','),
    recordedAtMs: Number(item[NAMES.recordedAtMs]!.N),
    late: item[NAMES.late]?.BOOL ?? false,
  };
}
