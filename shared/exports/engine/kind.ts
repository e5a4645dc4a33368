import type * as z from 'zod';
import type { ClickReader } from '#shared/clicks/read/click-reader.ts';
import type { LinkStore } from '#shared/links/link-store.ts';
import type { LinkCodes } from '#shared/qr/link-codes.ts';
import type { TotalsReader } from '#shared/roll-ups/totals.ts';
import type { Plan as WorkspacePlan } from '#shared/workspaces/plans.ts';
import type { ColumnTable } from '../files/columns.ts';
import type { FileLabel } from '../files/file-store.ts';
import type { FormatOptions } from '../files/format.ts';
import type { PACKS } from '../files/pack.ts';
import type { IdSet } from '../jobs/id-set.ts';
import type { JobFailure, SegmentRange } from '../jobs/job.ts';
import type { Sizes } from '../jobs/timings.ts';

/** What exports read. */
export type Sources = {
  links: Pick<LinkStore, 'page' | 'findMany'>;
  totals: Pick<TotalsReader, 'read' | 'findMany' | 'workspaceDays'>;
  clicks: Pick<ClickReader, 'read'>;
  shortOrigin: string;
  /** The QR codes of a workspace's links, where somebody draws any. */
  openCodes?: (workspaceId: string) => Promise<LinkCodes>;
};

/** Of which workspace, and as of when. */
export type ExportScope = { workspaceId: string; snapshotMs: number };

export type ChooseRequest<Spec> = {
  spec: Spec;
  scope: ExportScope;
  /** The ids that the spec names, as it was sent; null when it names none. */
  ids: readonly string[] | null;
  /** Where an earlier slice stopped; null = at the beginning. */
  cursor: string | null;
  sources: Sources;
};

/** Ids that belong to the job, and where the choosing goes on behind them. A batch may be empty. */
export type ChosenIds = { ids: readonly string[]; cursor: string };

export type CutRequest<Spec> = {
  spec: Spec;
  scope: ExportScope;
  /** How many ids were chosen; null when every link belongs to the job. */
  chosen: number | null;
  sources: Sources;
  sizes: Sizes;
};

export type Cut<Range extends SegmentRange> = {
  /** What each file of the job covers, in the order of the file and without gaps. A file may be made of no rows. */
  files: (readonly Range[])[];
  /** How many rows there will be, as far as the roll-ups know. */
  rowsTotal: number | null;
};

export type ReadRequest<Spec, Range extends SegmentRange = SegmentRange> = {
  spec: Spec;
  scope: ExportScope;
  /** The links that were chosen, null = any. For a range of ids, `ids` has them. */
  links: IdSet | null;
  /** The chosen ids that the range covers, in their order; none for a range of time. */
  ids: readonly string[];
  range: Range;
  /** Where an earlier read stopped; null = at the beginning of the range. */
  cursor: string | null;
  sources: Sources;
};

/** Rows in the order of the file. A batch may hold none: its cursor still tells how far the reading is. */
export type Batch<Row> = { rows: readonly Row[]; cursor: string };

/** One of a job's files: what it is called, and how rows become it. */
export type FileSpec<Row> = FileLabel & {
  /** By name, as the registry of formats has it. */
  format: string;
  columns: ColumnTable<Row>;
  options: FormatOptions;
  /** What it is packed in. */
  compression: keyof typeof PACKS;
  /** True for a file that tells what became of the job, and is made when that is a failure too. */
  evenFailed?: boolean;
};

/** Which of how many files, of which job and of when; what is answered at once is of no job. */
export type FilePlace = {
  n: number;
  of: number;
  acceptedAtMs: number;
  snapshotMs: number;
  jobId: string | null;
};

/** The kinds that there are, by name. @throws Error for a name that is none */
export type KindRegistry = (name: string) => ExportKind<unknown, unknown, SegmentRange>;

/** Something that can be exported. Everything but the choosing, cutting and reading is pure. */
export type ExportKind<Spec, Row, Range extends SegmentRange> = {
  /** The request body beside `type` and `job_kind`. */
  schema: z.ZodType;
  /** @throws Problem when the plan of the workspace does not allow this spec */
  check(spec: Spec, context: { plan: WorkspacePlan; nowMs: number }): void;
  /** Up to when recorded things belong to the file. */
  snapshotMs(acceptedAtMs: number, horizonMs: number): number;
  /** The links that the job is about, in its order; null when it is about every link. They are chosen once and kept. */
  choose?(request: ChooseRequest<Spec>): AsyncIterable<ChosenIds> | null;
  /** Cuts the job into files and segments. Short: what takes long is in `choose`. */
  cut(request: CutRequest<Spec>): Promise<Cut<Range>>;
  /** How many rows there are, where reading them would be making them. */
  rows?(spec: Spec): number;
  read(request: ReadRequest<Spec, Range>): AsyncIterable<Batch<Row>>;
  file(spec: Spec, place: FilePlace): FileSpec<Row>;
  /** What went wrong with a job all of whose rows are there, as when none of them could be made; null when nothing did. */
  failure?(spec: Spec, counts: { rows: number; skippedRows: number }): JobFailure | null;
};
