import type { KindRegistry } from '../engine/kind.ts';
import { analytics } from './analytics.ts';
import { linkCatalog } from './link-catalog.ts';
import { qrArchive } from './qr-archive.ts';

/** What can be exported. A new kind is one entry here and one test. */
export const EXPORT_KINDS = {
  analytics,
  link_catalog: linkCatalog,
  qr_bulk_download: qrArchive,
} as const;

export type ExportKindName = keyof typeof EXPORT_KINDS;

export const EXPORT_KIND_NAMES = Object.keys(EXPORT_KINDS) as [ExportKindName, ...ExportKindName[]];

/** A kind by name; its specs were validated by its own schema when the job was accepted. */
export const exportKind: KindRegistry = (name) => {
  const kind = Object.hasOwn(EXPORT_KINDS, name) ? EXPORT_KINDS[name as ExportKindName] : undefined;
  if (kind === undefined) throw new Error(`there is no kind of exports called ${name}`);
  return kind as unknown as ReturnType<KindRegistry>;
};
