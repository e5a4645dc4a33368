import { KEY_REQUESTS } from '../../workspaces/limit-requests.ts';
import type { Dialect } from '../dialect.ts';
import { nimrizProblems } from './problems.ts';

/** The native dialect. */
export const nimriz = {
  prefixes: ['/'],
  limits: { requests: KEY_REQUESTS },
  ...nimrizProblems,
} as const satisfies Dialect;
