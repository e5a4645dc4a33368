import { bitly } from './bitly/bitly.ts';
import { codelloy } from './codelloy/codelloy.ts';
import type { Dialect } from './dialect.ts';
import { nimriz } from './nimriz/nimriz.ts';
import { ulink } from './ulink/ulink.ts';

/** The four wire languages; each only renames the one core model. */
export const DIALECTS = { nimriz, ulink, bitly, codelloy } as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;

const BY_PREFIX = (Object.keys(DIALECTS) as DialectName[])
  .flatMap((name) => DIALECTS[name].prefixes.map((prefix): [string, DialectName] => [prefix, name]))
  .sort(([a], [b]) => b.length - a.length);

/** The dialect that a path belongs to, a route's or not: in its words it is refused. */
export const dialectOfPath = (path: string): DialectName =>
  BY_PREFIX.find(([prefix]) => `${path}/`.startsWith(prefix))?.[1] ?? 'nimriz';
