import type { Secrets } from '#shared/credentials/secrets.ts';
import type { AcceptTools } from '#shared/exports/engine/accept-export.ts';
import type { ExportTools } from '#shared/exports/engine/export-tools.ts';
import type { NameTools } from '#shared/exports/kinds/unknown-names.ts';

/** What the export routes need. */
export type ExportRouteTools = NameTools & {
  exports: ExportTools & AcceptTools;
  secrets: Secrets;
  now(): number;
};
