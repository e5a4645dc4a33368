import { changeRoutes } from './links/change.ts';
import { createRoutes } from './links/create.ts';
import { importRoutes } from './links/import.ts';
import { readRoutes } from './links/read.ts';

export type { LinkTools } from './links/tools.ts';

/** Links: created, changed, listed, found, imported and deleted. */
export const linkRoutes = [...createRoutes, ...changeRoutes, ...readRoutes, ...importRoutes];
