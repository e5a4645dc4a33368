import { analytics } from './analytics.ts';
import type { ExportKind } from './kind.ts';
import { linkCatalog } from './link-catalog.ts';

/** What can be exported. A new kind is one entry here and one test. */
export const EXPORT_KINDS = {
  analytics,
  link_catalog: linkCatalog,
} as const satisfies Record<string, ExportKind<never>>;

export type ExportKindName = keyof typeof EXPORT_KINDS;

export const EXPORT_KIND_NAMES = Object.keys(EXPORT_KINDS) as [ExportKindName, ...ExportKindName[]];

/** A kind by name; its specs were validated by its own schema when the job was accepted. */
export const exportKind = (name: ExportKindName): ExportKind<unknown> =>
  EXPORT_KINDS[name] as unknown as ExportKind<unknown>;
