import { UTM_FIELDS, type Utm } from './link.ts';

/** The UTM fields of a query as whoever reads it finds them: the first of a name counts, an empty one says nothing. */
export const utmOf = (params: URLSearchParams): Utm =>
  Object.fromEntries(UTM_FIELDS.map((field) => [field, params.get(`utm_${field}`) || null])) as Utm;
