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
  /** The ULID of the click that led there. */
  clickId: string;
  externalId: string | null;
  orderId: string | null;
  value: number | null;
  /** ISO 4217 */
  currency: string | null;
};

/** A conversion with the link of its click. */
export type LinkConversion = Conversion & { urlId: string; receivedAtMs: number };

/** True for those that say that the link brought somebody to an app. */
export const isAttribution = ({ eventName }: Pick<Conversion, 'eventName'>): boolean =>
  eventName === 'install' || eventName === 'open';
