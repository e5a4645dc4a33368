import * as z from 'zod';

/** Years that every reader of ISO 8601 understands, and that JavaScript writes with four digits. */
export const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
export const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A full date and time with an offset, and one that exists: JavaScript would take 30 February for 2 March. */
const ISO_8601 = z.iso.datetime({ offset: true });

/** What instantMs takes, in words. */
export const INSTANT_IN_WORDS =
  'an existing date and time of the years 1 to 9999 with an offset, such as 2026-12-31T23:59:59Z';

/** The instant that an ISO 8601 text with an offset names, in ms; undefined when it is none, or none of the years 1 to 9999. */
export function instantMs(text: string): number | undefined {
  if (!ISO_8601.safeParse(text).success) return undefined;
  const ms = Date.parse(text);
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : undefined;
}

const NO_INSTANT = `it must be ${INSTANT_IN_WORDS}`;
const NO_DAY = 'it must be an existing day of the years 1 to 9999, such as 2026-12-31';

/** The form has no end of decimals, and some instants are kept as they came. */
const MAX_CHARACTERS = 40;

/** An instant of a request, wherever one comes in; parsed by Date.parse. */
export const instant = z.iso
  .datetime({ offset: true, error: NO_INSTANT })
  .max(MAX_CHARACTERS, `it has more than ${MAX_CHARACTERS} characters; ${NO_INSTANT}`)
  .refine((text) => instantMs(text) !== undefined, NO_INSTANT);

/** A day of a request. */
export const day = z.iso.date({ error: NO_DAY }).refine((text) => text >= '0001', NO_DAY);

/** Either of the two. */
export const instantOrDay = z.union([instant, day], {
  error:
    'it must be an existing day, or a date and time with an offset, of the years 1 to 9999, such as 2026-12-31 or 2026-12-31T23:59:59Z',
});
