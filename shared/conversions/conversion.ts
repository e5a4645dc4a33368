/** What may happen after a click. `install` and `open` are counted at the click's link. */
export const EVENT_NAMES = ['lead', 'sale', 'refund', 'cancellation', 'reversal', 'install', 'open'] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Something that a visitor did after a click, as the owner of the destination reports it. */
export type Conversion = {
  workspaceId: string;
  /** Chosen by the sender: one event has one id, however often it is sent. */
  eventId: string;
  eventName: EventName;
  eventAtMs: number;
  /** The ULID of the click that led there, or null where the sender knows only the visitor. */
  clickId: string | null;
  /** Who the visitor is to the sender; never stored as it is. */
  externalId: string | null;
  orderId: string | null;
  value: number | null;
  /** ISO 4217 */
  currency: string | null;
};

/** A conversion as it is kept: with its click and that click's link, or unattributed, and then both are null. */
export type RecordedConversion = Omit<Conversion, 'externalId'> & {
  urlId: string | null;
  receivedAtMs: number;
};

/** A recorded conversion that counts at its link. */
export type Attribution = RecordedConversion & {
  clickId: string;
  urlId: string;
  eventName: 'install' | 'open';
};

/** True for those that say that a link brought somebody to an app. */
export function isAttribution(conversion: RecordedConversion): conversion is Attribution {
  const { eventName, clickId, urlId } = conversion;
  return (eventName === 'install' || eventName === 'open') && clickId !== null && urlId !== null;
}
