import { KEY_REQUESTS } from '../../workspaces/limit-requests.ts';
import type { Dialect } from '../dialect.ts';
import { nimrizProblems } from './problems.ts';
import { nimrizStates } from './states.ts';

/** The native dialect. */
export const nimriz = {
  prefixes: ['/'],
  limits: { requests: KEY_REQUESTS },
  ...nimrizProblems,
  states: nimrizStates,
} as const satisfies Dialect;
