import { KEY_REQUESTS } from '../../workspaces/limit-requests.ts';
import type { Dialect } from '../dialect.ts';
import { ulinkProblems } from './problems.ts';
import { ulinkStates } from './states.ts';

/** One row per link with its analytics, as a job. */
export const ulink = {
  prefixes: ['/api/v1/projects/'],
  limits: { requests: KEY_REQUESTS },
  ...ulinkProblems,
  sessionScope: 'ulink:session',
  states: ulinkStates,
} as const satisfies Dialect;
