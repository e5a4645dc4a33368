import type { AcceptTools } from '#shared/exports/accept-export.ts';
import type { ExportTools } from '#shared/exports/export-tools.ts';
import type { NameTools } from '#shared/exports/unknown-names.ts';
import type { Secrets } from '#shared/workspaces/secrets.ts';

/** What the export routes need. */
export type ExportRouteTools = NameTools & {
  exports: ExportTools & AcceptTools;
  secrets: Secrets;
  now(): number;
};
