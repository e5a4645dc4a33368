import * as z from 'zod';

/** Characters of a text as JSON Schema and people count them: code points, not the two halves of an emoji. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

/** Text of at most so many characters. Zod's own `max` counts UTF-16 units, and its JSON schema does not say so. */
export const textUpTo = (characters: number) =>
  z
    .string()
    .refine((text) => text.length <= characters || characterCount(text) <= characters, {
      error: ({ input }) =>
        `it has ${characterCount(String(input))} characters; at most ${characters} are allowed`,
    })
    .meta({ maxLength: characters });
