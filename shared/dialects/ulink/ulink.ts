import type { Dialect } from '../dialect.ts';
import { ulinkProblems } from './problems.ts';

/** One row per link with its analytics, as a job. */
export const ulink = { prefixes: ['/api/v1/projects/'], ...ulinkProblems } as const satisfies Dialect;
