import type { Dialect } from '../dialect.ts';
import { nimrizProblems } from './problems.ts';

/** The native dialect. */
export const nimriz = { prefixes: ['/'], ...nimrizProblems } as const satisfies Dialect;
