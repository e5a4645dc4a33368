import type * as z from 'zod';
import { issueInWords } from './issue-in-words.ts';
import { problemFromZod, type RefusalOptions } from './problem-from-zod.ts';

/**
 * What a schema makes of an input from outside.
 * @throws Problem that names the first wrong field, what was got and what is allowed
 */
export function validate<S extends z.ZodType>(
  schema: S,
  input: unknown,
  options: RefusalOptions,
): z.output<S> {
  const result = schema.safeParse(input, { reportInput: true, error: issueInWords() });
  if (!result.success) throw problemFromZod(result.error, options);
  return result.data;
}
