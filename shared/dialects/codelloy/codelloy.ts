import type { Dialect } from '../dialect.ts';
import { codelloyEvents } from './event.ts';
import { codelloyLimits } from './limits.ts';
import { codelloyProblems } from './problems.ts';

/** Every event, paged or streamed. */
export const codelloy = {
  prefixes: ['/link/external/'],
  limits: codelloyLimits,
  ...codelloyProblems,
  tables: { events: codelloyEvents },
} as const satisfies Dialect;
