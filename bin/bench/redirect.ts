import type { Bench } from './bench.ts';
import { bundle } from './redirect/bundle.ts';
import { inProcess } from './redirect/in-process.ts';
import { reads } from './redirect/reads.ts';
import { throughStack } from './redirect/through-stack.ts';

/** What redirects cost: in process, at cold start, in reads, and through a whole stack. */
export const redirectBenches: Bench[] = [
  { name: 'redirect in process', run: inProcess },
  { name: 'redirect bundle', run: bundle },
  { name: 'redirect reads', run: reads },
  { name: 'redirects through the local stack', run: throughStack },
];
