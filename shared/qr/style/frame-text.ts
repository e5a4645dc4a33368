import * as z from 'zod';
import { characterCount } from '../../characters.ts';
import { coverage } from './coverage.ts';

export const MAX_FRAME_TEXT = 40;

/** What a frame says when nobody chose its words. */
export const CALL_TO_ACTION = 'SCAN ME';

/**
 * The words of a frame: one line of 1 to 40 characters, composed (NFC), without space around it, each of which the
 * shipped font can draw.
 */
export const frameText = z
  .string()
  .normalize('NFC')
  .trim()
  .superRefine((text, context) => {
    const fault = faultOf(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ minLength: 1, maxLength: MAX_FRAME_TEXT });

function faultOf(text: string): string | undefined {
  if (text === '')
    return `it has no character; 1 to ${MAX_FRAME_TEXT} are allowed, or null for "${CALL_TO_ACTION}"`;
  if (text.length > MAX_FRAME_TEXT) {
    const count = characterCount(text);
    if (count > MAX_FRAME_TEXT) return `it has ${count} characters; at most ${MAX_FRAME_TEXT} are allowed`;
  }
  const missing = [...text].find((character) => !coverage.has(character));
  if (missing === undefined) return undefined;
  return `the font has no glyph for ${named(missing)}; it draws Latin, Greek and Cyrillic letters, digits, punctuation and some symbols`;
}

/** `"漢" (U+6F22)`; what cannot be seen by its number alone. */
function named(character: string): string {
  const point = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}" (${point})` : point;
}
