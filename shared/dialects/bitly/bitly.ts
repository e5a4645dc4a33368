import type { Dialect } from '../dialect.ts';
import { bitlyProblems } from './problems.ts';

/** Exports inside of an answer. */
export const bitly = { prefixes: ['/v4/'], ...bitlyProblems } as const satisfies Dialect;
