import { catalogRoutes } from './exports/catalog.ts';
import { downloadRoutes } from './exports/download.ts';
import { jobRoutes } from './exports/jobs.ts';

export type { ExportRouteTools } from './exports/tools.ts';

/** Exports: begun, followed, counted, canceled, begun anew and downloaded. */
export const exportRoutes = [...jobRoutes, ...downloadRoutes, ...catalogRoutes];
