import { KEY_REQUESTS } from '../../workspaces/limit-requests.ts';
import type { Dialect } from '../dialect.ts';
import { bitlyProblems } from './problems.ts';

/** Exports inside of an answer. */
export const bitly = {
  prefixes: ['/v4/'],
  limits: { requests: KEY_REQUESTS },
  ...bitlyProblems,
} as const satisfies Dialect;
