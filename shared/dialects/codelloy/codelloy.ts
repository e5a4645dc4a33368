import type { Dialect } from '../dialect.ts';
import { codelloyProblems } from './problems.ts';

/** Every event, paged or streamed. */
export const codelloy = { prefixes: ['/link/external/'], ...codelloyProblems } as const satisfies Dialect;
