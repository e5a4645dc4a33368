import { bitly } from './bitly.ts';
import { codelloy } from './codelloy.ts';
import type { Dialect } from './dialect.ts';
import { nimriz } from './nimriz.ts';
import { ulink } from './ulink.ts';

/** The four wire languages; each only renames the one core model. */
export const DIALECTS = { nimriz, ulink, bitly, codelloy } as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;
