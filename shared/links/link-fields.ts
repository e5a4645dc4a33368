import * as z from 'zod';
import { textUpTo } from '../characters.ts';
import { storageFault } from '../dynamodb/storable-json.ts';
import type { UtmField } from './link.ts';

/**
 * Control characters and halves of surrogate pairs, spelled so that the regular expressions of every language read it:
 * it stands in the OpenAPI document.
 */
const UNPRINTABLE = String.raw`\u0000-\u001f\u007f-\u009f\ud800-\udfff`;
export const PLAIN_TEXT = new RegExp(`^[^${UNPRINTABLE}]*$`, 'u');

/** The same with something in it that is not white space. */
export const SOME_PLAIN_TEXT = new RegExp(
  String.raw`^[^${UNPRINTABLE}]*[^\s${UNPRINTABLE}][^${UNPRINTABLE}]*$`,
  'u',
);

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
    new RegExp(String.raw`^[^,${UNPRINTABLE}]*[^,\s${UNPRINTABLE}][^,${UNPRINTABLE}]*$`, 'u'),
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
  .describe('UTM fields: a value is put into the destination, in the place of its own; null takes that out.');

export const customQueryParams = z
  .record(text(100).min(1), text(500))
  .refine((params) => Object.keys(params).length <= 50, 'at most 50 parameters are allowed')
  .meta({ maxProperties: 50 })
  .describe('Parameters that are put into the destination, in the place of its own: up to 50 texts by name.');

export const linkType = z
  .enum(['dynamic', 'unified'])
  .describe('`dynamic` for links into apps; a link with deep-link rules is dynamic anyway.');
export const linkStatusSet = z.enum(['active', 'disabled']).describe('A disabled link answers 410.');
export const redirectStatusCode = z
  .union([z.literal(302), z.literal(301)], {
    // Quoted even from a body that may hold a password: a status tells nothing.
    error: ({ input }) => `it must be 302 or 301${Number.isInteger(input) ? `; got ${input}` : ''}`,
  })
  .describe('302 unless given; browsers keep a 301 for good.');
export const passClickId = z.boolean().describe('Hands the click id on as `nim_ct`.');
export const forwardQuery = z
  .boolean()
  .describe(
    'Hands the parameters of the visit on, but for `nr` and `nim_ct`, as far as they fit; those of the destination win. False unless given.',
  );
/** A style has some thirty members of a few characters each; this leaves room. */
const STYLE_BYTES = 4_096;

const style = z
  .record(z.string(), z.unknown())
  .superRefine((given, context) => {
    const message = storageFault(given, STYLE_BYTES);
    if (message !== undefined) context.addIssue({ code: 'custom', message, input: given });
  })
  .describe('What differs from the preset; up to 4,096 bytes of JSON.');

export const qr = z
  .strictObject({
    preset_id: z.guid().toLowerCase().nullable().optional(),
    style: style.nullable().optional(),
  })
  .describe('The QR preset of the link and what its own style changes; in a PATCH, what is not named stays.');

/** UTM fields as a request names them: null takes a field out of the destination, what is absent stays in it. */
export type UtmInput = { [field in UtmField]?: string | null | undefined };
