import * as z from 'zod';
import { textUpTo } from '../characters.ts';
import { Problem } from '../problem.ts';
import { UTM_FIELDS, type Utm, type UtmField } from './link.ts';

const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;

/** Text of one line: no control characters, no half surrogate pairs, nothing a terminal or a spreadsheet would obey. */
export const isPlainText = (text: string): boolean => PLAIN_TEXT.test(text);

const text = (characters: number) =>
  textUpTo(characters).regex(PLAIN_TEXT, 'it must hold no control characters');

/** The empty text says the same as null: nothing. A CSV cell could not tell them apart. */
const orNothing = (characters: number) =>
  text(characters)
    .transform((given) => (given.trim() === '' ? null : given.trim()))
    .nullable();

export const title = orNothing(255).describe('Shown in lists and exports; up to 255 characters.');
export const space = orNothing(100).describe('The space that the link belongs to; up to 100 characters.');

const tag = textUpTo(64)
  // Something that is not white space, and no comma anywhere.
  .regex(
    /^[^,\p{Cc}\p{Cs}]*[^,\s\p{Cc}\p{Cs}][^,\p{Cc}\p{Cs}]*$/u,
    'a tag holds text, no comma and no control characters',
  )
  .transform((given) => given.trim());

export const tags = z
  .array(tag)
  .max(50)
  .transform((given) => [...new Set(given)])
  .describe('Up to 50 tags of up to 64 characters, no comma in any.');

const UTM_CHARACTERS = 256;
const utmValue = orNothing(UTM_CHARACTERS);

/** UTM fields as given; one that is left out is not meant. */
export const utm = z
  .strictObject({
    source: utmValue.optional(),
    medium: utmValue.optional(),
    campaign: utmValue.optional(),
    term: utmValue.optional(),
    content: utmValue.optional(),
  })
  .describe('UTM fields that redirects put into the destination; null leaves its own.');

export const customQueryParams = z
  .record(text(100).min(1), text(500))
  .refine((params) => Object.keys(params).length <= 50, 'at most 50 parameters are allowed')
  .meta({ maxProperties: 50 })
  .describe('Parameters that redirects put into the destination: up to 50 texts by name.');

export const linkType = z
  .enum(['dynamic', 'unified'])
  .describe('`dynamic` for links into apps; a link with deep-link rules is dynamic anyway.');
export const linkStatusSet = z.enum(['active', 'disabled']).describe('A disabled link answers 410.');
export const redirectStatusCode = z
  .union([z.literal(302), z.literal(301)])
  .describe('302 unless given; browsers keep a 301 for good.');
export const passClickId = z.boolean().describe('Hands the click id on as `nim_ct`.');
export const forwardQuery = z
  .boolean()
  .describe(
    'Hands the parameters of the visit on, but for `nr` and `nim_ct`, as far as they fit; those of the destination win. False unless given.',
  );
export const qr = z
  .strictObject({
    preset_id: z.guid().toLowerCase().nullable().optional(),
    style: z.record(z.string(), z.unknown()).nullable().optional(),
  })
  .describe('The QR preset of the link and what its own style changes.');

/** UTM fields as a request names them: null means "none, whatever the URL says", absent means "as the URL says". */
export type UtmInput = { [field in UtmField]?: string | null | undefined };

/** The UTM fields that a URL carries itself. */
export function utmOfUrl(url: URL): Utm {
  const read = (field: UtmField): string | null => {
    const value = url.searchParams.get(`utm_${field}`) ?? '';
    // What could not be given by name stays where it is, in the URL.
    const parsed = utmValue.safeParse(value);
    return parsed.success ? parsed.data : null;
  };
  return Object.fromEntries(UTM_FIELDS.map((field) => [field, read(field)])) as Utm;
}

/** A new link's UTM fields: those given, the others as the destination has them. */
export const utmOfNew = (given: UtmInput, url: URL): Utm => mergeUtm(utmOfUrl(url), given);

/** UTM fields after a change that names some of them. */
export const mergeUtm = (before: Utm, changes: UtmInput): Utm =>
  Object.fromEntries(
    UTM_FIELDS.map((field) => [field, changes[field] === undefined ? before[field] : changes[field]]),
  ) as Utm;

/**
 * UTM fields when the destination changes: a field that came out of the old destination follows the new one,
 * one that was set apart from it stays.
 */
export function utmOfMoved(before: Utm, from: URL, to: URL): Utm {
  const [old, fresh] = [utmOfUrl(from), utmOfUrl(to)];
  return Object.fromEntries(
    UTM_FIELDS.map((field) => [field, before[field] === old[field] ? fresh[field] : before[field]]),
  ) as Utm;
}

/** Characters that all parameters of a link may add to its destination: the whole of it goes out in one header. */
const MAX_QUERY_CHARACTERS = 4_096;

/** @throws Problem 'invalid_request' when UTM fields and custom parameters come to more than a redirect can carry */
export function checkQuerySize(fields: Utm, params: Record<string, string>): void {
  const pairs = [
    ...Object.entries(params),
    ...UTM_FIELDS.map((field) => [`utm_${field}`, fields[field]] as const).filter(([, value]) => value),
  ];
  const characters = pairs
    .map((pair) => pair.map((part) => encodeURIComponent(part!)).join('='))
    .join('&').length;
  if (characters <= MAX_QUERY_CHARACTERS) return;
  throw new Problem(
    'invalid_request',
    `"custom_query_params" is not valid: with the UTM fields it comes to ${characters} characters once percent-encoded; at most ${MAX_QUERY_CHARACTERS} are allowed`,
    { field: 'custom_query_params' },
  );
}
