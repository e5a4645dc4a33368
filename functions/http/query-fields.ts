import * as z from 'zod';

type Override = { override: (context: { jsonSchema: object }) => void };

/** What a schema says of itself beside its rules, and keeps however it is shown. */
const KEPT = ['description', 'default', 'examples'];

/** Metadata by which OpenAPI shows a schema in other words than the validator's, and no less strictly. */
export const shownAs = (shown: object): Override => ({
  override: ({ jsonSchema }) => {
    const schema = jsonSchema as Record<string, unknown>;
    for (const keyword of Object.keys(schema)) if (!KEPT.includes(keyword)) delete schema[keyword];
    Object.assign(schema, shown);
  },
});

/** An id in any field: a GUID in any case. */
export const id = z.guid().toLowerCase().meta({ id: 'Id' });

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
