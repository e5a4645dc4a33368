import type { EdgeGeo } from '#shared/clicks/capture/capture.ts';

/** A request for a slug, as far as it can be believed. */
export type Visit = {
  atMs: number;
  method: 'GET' | 'HEAD' | 'POST';
  /** Lower case, without port. */
  host: string;
  shortCode: string;
  /** As it came, without `?`. */
  query: string;
  /** The visitor came by the QR code of the link. */
  scan: boolean;
  /** A browser fetches ahead of a visit that may never come. */
  prefetch: boolean;
  agent: string;
  /** Never stored nor logged. */
  address: string;
  referrer: string;
  geo: EdgeGeo;
  /** `name=value`, as they came. */
  cookies: readonly string[];
  body: string;
};

/** What a visitor gets. */
export type Answer = {
  status: number;
  headers: Record<string, string>;
  cookies?: readonly string[];
  body?: string;
};
