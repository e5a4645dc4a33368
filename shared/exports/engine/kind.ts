import type * as z from 'zod';
import type { ClickReader } from '#shared/clicks/click-reader.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import type { TotalsReader } from '#shared/roll-ups/totals.ts';
import type { Plan as WorkspacePlan } from '#shared/workspaces/plans.ts';
import type { IdSet } from '../jobs/id-set.ts';
import type { SegmentRange } from '../jobs/job.ts';
import type { Sizes } from '../jobs/timings.ts';

/** What exports read. */
export type Sources = {
  links: Pick<LinkStore, 'page'>;
  totals: Pick<TotalsReader, 'read' | 'findMany' | 'workspaceDays'>;
  clicks: Pick<ClickReader, 'read'>;
  shortOrigin: string;
};

/** Of which workspace, and as of when. */
export type ExportScope = { workspaceId: string; snapshotMs: number };

export type PlanRequest<Spec> = {
  spec: Spec;
  scope: ExportScope;
  /** The ids that the spec names, null when it names none. */
  ids: readonly string[] | null;
  sources: Sources;
  sizes: Sizes;
};

export type KindPlan = {
  /** In the order of the file, without gaps. */
  ranges: SegmentRange[];
  /** How many rows there will be, as far as the roll-ups know. */
  rowsTotal: number | null;
  /** The links that the rows must belong to, null = any. */
  links: readonly string[] | null;
};

export type ReadRequest<Spec> = {
  spec: Spec;
  scope: ExportScope;
  links: IdSet | null;
  range: SegmentRange;
  /** Where an earlier read stopped; null = at the beginning of the range. */
  cursor: string | null;
  sources: Sources;
};

/** A run of rows as the file has them. A run may hold no rows: its cursor still tells how far the reading is. */
export type Run = { text: string; rows: number; skippedRows: number; cursor: string };

/** The kinds that there are, by name. @throws Error for a name that is none */
export type KindRegistry = (name: string) => ExportKind<unknown>;

/** Something that can be exported. Everything but the reading is pure. */
export type ExportKind<Spec> = {
  /** The request body beside `type` and `job_kind`. */
  schema: z.ZodType;
  /** @throws Problem when the plan of the workspace does not allow this spec */
  check(spec: Spec, context: { plan: WorkspacePlan; nowMs: number }): void;
  /** Up to when recorded things belong to the file. */
  snapshotMs(acceptedAtMs: number, horizonMs: number): number;
  plan(request: PlanRequest<Spec>): Promise<KindPlan>;
  /** What stands before the first row of the file. */
  header(spec: Spec): string;
  read(request: ReadRequest<Spec>): AsyncIterable<Run>;
  /** What a file is packed in. */
  compression(spec: Spec): 'none' | 'gzip' | 'zstd';
  file(spec: Spec, acceptedAtMs: number): { name: string; contentType: string };
};
