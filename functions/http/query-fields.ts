import * as z from 'zod';
import { shownAs } from './shown-as.ts';

/** A whole number in a query, in digits. OpenAPI calls it what it is, an integer. */
export const wholeNumber = (min: number, max: number) => {
  const words = `it must be a whole number from ${min} to ${max}`;
  return z
    .string(words)
    .regex(/^\d{1,9}$/, words)
    .transform(Number)
    .pipe(z.int().min(min, words).max(max, words))
    .meta(shownAs({ type: 'integer', minimum: min, maximum: max }));
};

/** Yes or no in a query, by any of the words for them. OpenAPI names the plainest two. */
export const yesOrNo = () =>
  z.stringbool('it must be true or false, 1 or 0, yes or no, on or off').meta(shownAs({ type: 'boolean' }));
