import * as z from 'zod';
import { shownAs } from './shown-as.ts';

/** A whole number in a query, in digits. OpenAPI calls it what it is, an integer. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'it must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta(shownAs({ type: 'integer', minimum: min, maximum: max }));

/** Yes or no in a query, by any of the words for them. OpenAPI names the plainest two. */
export const yesOrNo = () => z.stringbool().meta(shownAs({ type: 'boolean' }));
