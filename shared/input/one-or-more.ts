import * as z from 'zod';

const MAX_VALUES = 100;

/**
 * One value or several of a kind, of which any will do: a query repeats the parameter, a body has a list.
 * One alone comes out as it is, several sorted and each once, so that equal choices are equal.
 */
export const oneOrMore = <T extends z.ZodType<string>>(value: T) =>
  z.union([value, z.array(value).min(1).max(MAX_VALUES)]).transform((given) => {
    const values = [...new Set([given].flat())].toSorted() as z.output<T>[];
    return values.length === 1 ? values[0]! : values;
  });
